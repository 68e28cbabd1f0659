-- It only measures: it sends nothing, calls nobody and repeats nothing.
SELECT;
