drop table ticketmap.applied, ticketmap.price_change, ticketmap.price_proposal, ticketmap.price_state, ticketmap.price_program;
