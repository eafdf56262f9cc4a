"""The simulator of `genjin simulate dingtalk`: the fake platform with a page on which one is a member."""
