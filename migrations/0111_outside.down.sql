drop function checking.outside(int, uuid, text);
