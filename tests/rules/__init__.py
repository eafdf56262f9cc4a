"""The rules of the house as pure functions from source text to complaints."""
