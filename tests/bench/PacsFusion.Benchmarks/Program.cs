using PacsFusion.Benchmarks;

// Each verb measures one thing in a process of its own and prints one JSON object; scripts/bench drives them beside the peers.
return args switch
{
    ["resample", .. var rest] => ResampleBenchmark.Run(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: resample separable|diagonal|rotated|cubic REPEATS [RAW]");
    return 2;
}
