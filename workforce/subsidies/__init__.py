"""Support for employers that hire: who qualifies, with which evidence, and claims that were checked."""
