-- It only shows: it sends nothing, calls nobody and repeats nothing.
SELECT;
