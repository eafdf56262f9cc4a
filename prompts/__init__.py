"""What the bot says: sentences, cards and packs; Chinese lives here as data."""
