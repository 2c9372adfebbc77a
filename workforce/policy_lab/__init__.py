"""Policy laboratory: what a changed parameter of the law would move, on the last closed month."""
