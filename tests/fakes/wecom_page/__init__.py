"""The simulator of `genjin simulate wecom`: the fake platform with a page on which one is a member."""
