drop function codes.reserve_shared(text, text, bigint, bigint);
drop table codes.shared_sequence;
drop function codes.shared_only_forward();
