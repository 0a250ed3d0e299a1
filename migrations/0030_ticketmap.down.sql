drop schema ticketmap cascade;
