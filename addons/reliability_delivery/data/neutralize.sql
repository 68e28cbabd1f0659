-- Nothing to do: this addon calls carriers only when a user does.
SELECT;
