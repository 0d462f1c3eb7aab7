using System.Diagnostics;
using System.Text.Json;
using PacsFusion.Imaging;

namespace PacsFusion.Benchmarks;

/// <summary>Assesses pairs of series and prints one JSON object for each: what the gate sees and says, and its CPU seconds on one thread.</summary>
internal static class AssessProgram
{
    /// <summary>Pairs as <c>FIXED,MOVING</c> (folders); <c>,unrelated</c> takes the frames of reference for different ones.</summary>
    public static int Run(string[] pairs)
    {
        var volumes = new Dictionary<string, Volume>(StringComparer.Ordinal);
        foreach (var pair in pairs)
        {
            var parts = pair.Split(',');
            var unrelated = parts.Length == 3 && parts[2] == "unrelated";
            if (parts.Length != 2 && !unrelated)
            {
                Console.Error.WriteLine("usage: assess FIXED,MOVING[,unrelated]...");
                return 2;
            }
            Volume fixedVolume = Read(parts[0]), moving = Read(parts[1]);
            Affine? header = !unrelated && fixedVolume.Grid.ClaimsSameFrameAs(moving.Grid) ? Affine.Identity : null;
            var before = Cpu();
            var outcome = new AlignmentAssessor(new() { Registration = new() { Threads = 1 } }).Assess(fixedVolume, moving, header);
            var seconds = Cpu() - before;
            if (!outcome.TryGet(out var found, out var refusal))
            {
                Console.WriteLine(JsonSerializer.Serialize(new { pair, outcome = "Refuse", codes = new[] { refusal.Code }, seconds }));
                continue;
            }
            var verdict = AlignmentDecision.Decide(found, AlignmentMethod.Rigid);
            Console.WriteLine(JsonSerializer.Serialize(new
            {
                pair,
                outcome = verdict.Outcome.ToString(),
                source = verdict.Source.ToString(),
                codes = verdict.Findings.Select(finding => finding.Code).Distinct(),
                headerRatio = found.Header?.Ratio,
                nmi = found.Rigid.NormalizedMutualInformation,
                spread = double.IsFinite(found.CaptureSpread) ? found.CaptureSpread : (double?)null,
                moved = found.Rigid.Displacement,
                degrees = found.Rigid.Rotation,
                overlap = verdict.Chosen.BodyOverlap,
                dice = verdict.Chosen.BodyDice,
                uptake = verdict.Chosen.UptakeInBody,
                mirrored = found.MirrorRatio,
                turned = found.TurnedRatio,
                matrix = verdict.Chosen.FixedToMoving.ToRowMajor16(),
                seconds,
            }));
        }
        return 0;

        Volume Read(string folder) => volumes.TryGetValue(folder, out var known) ? known
            : volumes[folder] = new SeriesReader().Read(Directory.GetFiles(folder)).Value.Volume;
    }

    private static double Cpu()
    {
        using var process = Process.GetCurrentProcess();
        return process.TotalProcessorTime.TotalSeconds;
    }
}
