using PacsFusion.Benchmarks;

// Each verb measures one thing in a process of its own and prints one JSON object; scripts/bench drives them beside the peers.
return args switch
{
    ["resample", .. var rest] => ResampleBenchmark.Run(rest),
    ["register", .. var rest] => RegisterProgram.Run(rest),
    ["assess", .. var rest] => AssessProgram.Run(rest),
    ["align-part", var part, var still, var moving] => AlignPartProgram.Run(part, still, moving),
    ["fuse-stage", var still, var moving, var models, var model, var rounds, var threads, var output] => await FuseProgram.RunAsync(still, moving, models, model, rounds, threads, output).ConfigureAwait(false),
    ["parse", var kind, var rounds, .. var files] => ParseProgram.Run(kind, rounds, files),
    ["parse-allocations", var kind, .. var files] => ParseProgram.Allocations(kind, files),
    ["fuzz", var seconds, var seed, var output, .. var folders] => FuzzProgram.Run(seconds, seed, output, folders),
    ["instrument", .. var assemblies] => BranchCoverage.Instrument(assemblies),
    ["fuzz-coverage", var seconds, var seed, var output, .. var folders] => FuzzProgram.Run(seconds, seed, output, folders, new BranchCoverage()),
    ["transcode", var input, var output, var syntax] => DecodeProgram.Transcode(input, output, syntax),
    ["decode", var rounds, .. var files] => DecodeProgram.Run(rounds, files),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: resample separable|diagonal|rotated|cubic REPEATS [RAW]");
    Console.Error.WriteLine("       align-part read|assess|resample|measure FIXED MOVING");
    Console.Error.WriteLine("       fuse-stage FIXED MOVING MODELS MODEL ROUNDS THREADS[,THREADS] OUT");
    Console.Error.WriteLine("       parse header|full ROUNDS FILE...");
    Console.Error.WriteLine("       parse-allocations header|full FILE...");
    Console.Error.WriteLine("       fuzz SECONDS SEED OUT FOLDER...");
    Console.Error.WriteLine("       instrument ASSEMBLY...; then, with these: fuzz-coverage SECONDS SEED OUT FOLDER...");
    Console.Error.WriteLine("       transcode IN OUT UID");
    Console.Error.WriteLine("       decode ROUNDS FILE...");
    Console.Error.WriteLine("       register FIXED.mhd MOVING.mhd OUT.txt");
    Console.Error.WriteLine("       assess FIXED,MOVING[,unrelated]...");
    return 2;
}
