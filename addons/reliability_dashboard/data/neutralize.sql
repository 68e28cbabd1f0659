-- Nothing to neutralize: this addon sends nothing and calls no other system.
SELECT;
