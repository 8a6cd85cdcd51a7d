"""Stock levels of many items at once: the demand they are for, their closed forms, and the simulated check.

demand: what a day asks for over lead time and review. closed_form: safety stock, reorder point and
order-up-to level. draws: past demand and lead times seen from what is expected. check: the service that the
levels give in simulation, and what it takes where they miss. Arrays are (n,) by item, times are in days.
"""
