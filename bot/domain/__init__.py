"""Pure rules and values of the product; imports nothing of ours and nothing but the standard library."""
