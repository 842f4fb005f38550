# The policy's own test: what undeny proved passes; what was pasted, and what lazy fixes would leave, is refused.
package undeny_test

import rego.v1

import data.undeny

test_what_was_proven_passes if {
	every example in examples {
		passes(example.policy) == example.passes
	}
}

test_plans_are_read if {
	every example in examples {
		passes(plan(example.policy)) == example.passes
	}
}

test_a_policy_about_something_else_passes if {
	passes({"Version": "2012-10-17", "Statement": []})
}

passes(document) := count(refusals) == 0 if {
	refusals := undeny.deny with input as document
}

# As `terraform show -json` prints it: policies are strings.
plan(policy) := {"planned_values": {"root_module": {"resources": [{
	"address": "aws_iam_policy.example",
	"values": {"policy": json.marshal(policy)},
}]}}}

examples := @STORY@
