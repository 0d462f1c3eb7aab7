using PacsFusion.Benchmarks;

// Each verb measures one thing in a process of its own and prints one JSON object; scripts/bench drives them beside the peers.
return args switch
{
    ["resample", .. var rest] => ResampleBenchmark.Run(rest),
    ["register", .. var rest] => RegisterProgram.Run(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: resample separable|diagonal|rotated|cubic REPEATS [RAW]");
    Console.Error.WriteLine("       register FIXED.mhd MOVING.mhd OUT.txt");
    return 2;
}
