drop schema payment_sandbox cascade;
