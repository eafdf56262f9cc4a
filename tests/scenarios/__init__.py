"""Chat scripts, one a story of PRODUCT section 7, and the tests that play them."""
