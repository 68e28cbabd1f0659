-- Objectives send nothing to the outside: a copy keeps them, with what is left of budgets.
SELECT;
