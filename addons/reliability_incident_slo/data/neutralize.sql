-- Nothing to do: this addon sends nothing and calls no one.
SELECT;
