module coinflip-bench/hook

go 1.26
