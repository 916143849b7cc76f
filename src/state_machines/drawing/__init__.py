"""How a state machine becomes a picture: graph, rows, columns, routes, ink, in that order."""
