"""The quality of a city's data: what is wrong or doubtful in it, where, and the page on which it is put right."""
