"""BUILT: the plan as infrastructure, by Pulumi on OpenStack; preview by default, `up` only of an approved plan."""
