module coinflip-bench/caller

go 1.26
