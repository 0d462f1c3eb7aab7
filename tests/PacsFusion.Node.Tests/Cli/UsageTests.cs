using System.Net;
using System.Net.Sockets;
using PacsFusion.Node.Cli;

namespace PacsFusion.Tests.Cli;

/// <summary>Exit codes and the one line that goes with each.</summary>
public sealed class UsageTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pacsfusion-usage-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("there is no verb 'bogus'", "bogus")]
    [InlineData("there is no verb 'bogus'", "--config", "node.yaml", "bogus")]
    [InlineData("'models' has no verb 'bogus'", "models", "bogus")]
    [InlineData("Required command", "models")]
    [InlineData("Required command")]
    [InlineData("'path'", "dump")]
    [InlineData("'--out'", "fuse", "a", "b")]
    [InlineData("'fuse'", "fuse", "--out", "c")]
    [InlineData("'--port'", "echo", "--port", "abc")]
    [InlineData("--nonsense", "check", "--nonsense")]
    [InlineData("--host, --port and --called", "echo")]
    [InlineData("--port 70000", "echo", "--host", "127.0.0.1", "--port", "70000", "--called", "X")]
    [InlineData("no destination 'nowhere'", "echo", "nowhere")]
    [InlineData("--contents Bogus", "phantom", "--out", "x", "--contents", "Bogus")]
    [InlineData("--use foo", "models", "evaluate", "--data", "x", "--use", "foo")]
    public async Task AWrongCommandLineIsTwo(string what, params string[] args) => (await CommandRun.RunAsync(args)).Says(ExitCode.Usage, what);

    [Theory]
    [InlineData("fuse", "{0}/nope", "{0}/nope", "--out", "{0}/out")]
    [InlineData("dump", "{0}/nope")]
    [InlineData("send", "{0}/nope", "--host", "127.0.0.1", "--port", "104", "--called", "X")]
    [InlineData("models", "evaluate", "--data", "{0}/nope", "--model", "average")]
    [InlineData("models", "evaluate", "--data", "{0}", "--split", "{0}/nope", "--model", "average")]
    public async Task AFileThatIsNotThereIsFourAndNamed(params string[] args)
    {
        var run = await CommandRun.RunAsync(Filled(args));
        Assert.Equal(ExitCode.Unreachable, run.Code);
        Assert.Contains("nope", run.Error.TrimEnd('\n').Split('\n')[^1], StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dump", "{0}")]
    [InlineData("fuse", "{0}", "{0}", "--out", "{0}/out")]
    [InlineData("send", "{0}", "--host", "127.0.0.1", "--port", "104", "--called", "X")]
    public async Task AnEmptyFolderIsFourAndNamed(params string[] args) => (await CommandRun.RunAsync(Filled(args))).Says(ExitCode.Unreachable, _folder);

    [Fact]
    public async Task AFolderWithoutDicomIsFourAndNamed()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "notes.txt"), "nothing", default);
        var run = await CommandRun.RunAsync("fuse", _folder, _folder, "--out", Path.Combine(_folder, "out"));
        Assert.Equal(ExitCode.Unreachable, run.Code);
        Assert.EndsWith($"{_folder}: no DICOM file.\n", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("echo")]
    [InlineData("send")]
    public async Task AClosedPortIsFourAndThePeerIsNamed(string verb)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        using var phantom = new Phantoms.PhantomFiles();
        string[] peer = ["--host", "127.0.0.1", "--port", $"{port}", "--called", "SOMEBODY"];
        var run = await CommandRun.RunAsync(verb == "echo" ? [verb, .. peer, "--json"] : [verb, phantom.CtFolder, .. peer, "--json"]);
        Assert.Equal(ExitCode.Unreachable, run.Code);
        Assert.Contains($"SOMEBODY at 127.0.0.1:{port}: peer-unreachable: ", run.OnlyError, StringComparison.Ordinal);
        if (verb == "send") Assert.Equal((12, 0), ((int)run.Json["files"]!, (int)run.Json["stored"]!));
    }

    [Theory]
    [InlineData("cases")]
    [InlineData("explain", "1.2.3")]
    [InlineData("retry", "abc")]
    [InlineData("cancel", "abc")]
    [InlineData("status", "--set", "web.url=http://127.0.0.1:1")]
    public async Task ADataFolderInWhichNoNodeHasRunIsFourAndNamed(params string[] args)
    {
        (await CommandRun.RunAsync([.. args, "--data", _folder])).Says(ExitCode.Unreachable, _folder);
        (await CommandRun.RunAsync([.. args, "--data", Path.Combine(_folder, "nope")])).Says(ExitCode.Unreachable, "nope");
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public async Task ALedgerThatIsNoneIsFourAndNamed()
    {
        var path = LedgerFiles.PathIn(_folder);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, new string('x', 4096), default);
        (await CommandRun.RunAsync("cases", "--data", _folder)).Says(ExitCode.Unreachable, path);
    }

    [Fact]
    public async Task HelpNamesEveryVerb()
    {
        var run = await CommandRun.RunAsync("--help");
        Assert.Equal((ExitCode.Done, ""), (run.Code, run.Error));
        foreach (var verb in new[] { "serve", "demo", "check", "status", "cases", "explain", "retry", "cancel", "release", "rerun", "fuse", "send", "echo", "dump", "phantom", "models" })
            Assert.Contains($"\n  {verb} ", run.Out, StringComparison.Ordinal);
    }

    private string[] Filled(string[] args) => [.. args.Select(arg => arg.Replace("{0}", _folder, StringComparison.Ordinal))];
}
