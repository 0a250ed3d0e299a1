drop index sales.orders_hold;
drop table sales.waitlist_offer;
drop table sales.waitlist_release;
drop table sales.waitlist_entry;
drop table sales.waitlist_policy;
