using PacsFusion.Imaging;
using PacsFusion.Node.Cli;
using PacsFusion.Tests.Phantoms;

namespace PacsFusion.Tests.Cli;

/// <summary>What <c>fuse</c> does not do, and how it says so.</summary>
public sealed class FuseRefusalTests(SmallPhantom phantom) : IClassFixture<SmallPhantom>, IDisposable
{
    private readonly PhantomFiles _phantom = phantom.Files;
    private readonly string _out = Directory.CreateTempSubdirectory("pacsfusion-fuse-").FullName;

    public void Dispose() => Directory.Delete(_out, recursive: true);

    [Fact]
    public async Task APairThatMustNotBeFusedIsFiveWithItsReason()
    {
        using var moved = new PhantomFiles(PhantomFiles.Small with { FunctionalShift = new Vector3d(180, 0, 0) });
        var run = await CommandRun.RunAsync("fuse", moved.CtFolder, moved.PetFolder, "--out", _out, "--model", "maximum", "--json");
        Refused(run, "align-far-from-header", "pet-ct");
        Assert.Empty(Directory.GetFileSystemEntries(_out));
    }

    [Fact]
    public async Task TwoPatientsAreFive_Invariant1()
    {
        using var other = new PhantomFiles(PhantomFiles.Small with { Seed = 2, PatientId = "SOMEBODY-ELSE" });
        var run = await CommandRun.RunAsync("fuse", _phantom.CtFolder, other.PetFolder, "--out", _out, "--json");
        Refused(run, "different-patient", "pet-ct");
        Assert.DoesNotContain("SOMEBODY-ELSE", run.Out + run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task APairThatNoRuleTakesIsFive() => Refused(await CommandRun.RunAsync("fuse", _phantom.PetFolder, _phantom.CtFolder, "--out", _out, "--json"), "no-rule", null);

    [Fact]
    public async Task AModelThatNobodyHasIsFive() => Refused(await FuseAsync("--model", "nobody", "--json"), "model-not-found", "pet-ct");

    [Fact]
    public async Task ARuleThatIsNotThereIsTwo() => (await FuseAsync("--rule", "nobody")).Says(ExitCode.Usage, "There is no rule 'nobody'");

    [Fact]
    public async Task AnOutputThatCannotBeWrittenIsFourAndNamed()
    {
        var blocked = Path.Combine(_out, "file");
        await File.WriteAllTextAsync(blocked, "", default);
        var run = await CommandRun.RunAsync("fuse", _phantom.CtFolder, _phantom.PetFolder, "--out", blocked, "--model", "maximum");
        Assert.Equal((ExitCode.Unreachable, ""), (run.Code, run.Out));
        Assert.Contains(blocked, run.Error.TrimEnd('\n').Split('\n')[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task OddSeriesEndWithAReasonAndNeverWithAFault()
    {
        var odd = SharedData.Require("data", "odd");
        foreach (var folder in Directory.GetDirectories(odd))
            foreach (var (one, two) in new[] { (folder, _phantom.PetFolder), (_phantom.CtFolder, folder) })
            {
                var run = await CommandRun.RunAsync("fuse", one, two, "--out", _out, "--model", "maximum", "--json");
                Assert.True(run.Code is ExitCode.Refused or ExitCode.Unreachable, $"{one} {two}: {run.Code} {run.Error}");
                if (run.Code == ExitCode.Refused) Assert.NotNull(ReasonList.Find((string)run.Json["reason"]!));
            }
    }

    private Task<CommandRun> FuseAsync(params string[] args) => CommandRun.RunAsync(["fuse", _phantom.CtFolder, _phantom.PetFolder, "--out", _out, .. args]);

    private static void Refused(CommandRun run, string reason, string? rule)
    {
        Assert.Equal(ExitCode.Refused, run.Code);
        Assert.Equal(("refused", reason, rule), ((string?)run.Json["outcome"], (string?)run.Json["reason"], (string?)run.Json["rule"]));
        Assert.NotEmpty((string)run.Json["nextStep"]!);
        Assert.Contains($"refused, {reason}: ", run.Error.TrimEnd('\n').Split('\n')[^1], StringComparison.Ordinal);
    }
}
