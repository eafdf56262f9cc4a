"""From spoken or typed Mandarin to domain values: every value with the words it came from."""
