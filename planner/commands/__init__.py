"""The commands of the planner: `plan make | check | show | explain | compare | scenarios | approve`."""
