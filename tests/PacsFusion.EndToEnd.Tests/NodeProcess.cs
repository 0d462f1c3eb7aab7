using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using PacsFusion.Node.Cli;
using PacsFusion.Node.Ledger;

namespace PacsFusion.Tests;

/// <summary>The node as a process of its own, as an operator runs it, with its configuration and data in one folder.</summary>
internal sealed class NodeProcess : IDisposable
{
    public const string AeTitle = "PACSFUSION";
    private readonly HttpClient _http;
    private ChildProcess? _process;
    private string _lastLog = "";

    private NodeProcess(string folder, int dicomPort, int webPort)
    {
        Folder = folder;
        DicomPort = dicomPort;
        _http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{webPort}/"), Timeout = TimeSpan.FromSeconds(10) };
    }

    public string Folder { get; }

    public int DicomPort { get; }

    public string ConfigFile => Path.Combine(Folder, "node.yaml");

    public string DataFolder => Path.Combine(Folder, "data");

    /// <summary>What the running program has written; after a kill, what it had written by then.</summary>
    public string Log => _process?.Output ?? _lastLog;

    public string WebUrl => _http.BaseAddress!.ToString();

    public bool HasExited => _process?.HasExited ?? true;

    /// <summary>The program: the Release build where there is one, since a test of the whole job measures in minutes otherwise.</summary>
    public static string Program { get; } = new[] { "Release", "Debug" }
        .Select(configuration => Path.Combine(SharedData.RepositoryRoot, "src", "PacsFusion.Node", "bin", configuration, "net10.0", "pacsfusion")).First(File.Exists);

    /// <summary>Writes a configuration and starts a node; <paramref name="more"/> is appended to node, web and fusion settings.</summary>
    public static async Task<NodeProcess> StartAsync(string more)
    {
        var folder = Directory.CreateTempSubdirectory("pacsfusion-node-").FullName;
        int dicom = ChildProcess.FreePort(), web = ChildProcess.FreePort();
        var node = new NodeProcess(folder, dicom, web);
        await File.WriteAllTextAsync(node.ConfigFile, string.Create(CultureInfo.InvariantCulture, $$"""
            node: { aeTitle: {{AeTitle}}, dicomPort: {{dicom}} }
            web: { url: "http://127.0.0.1:{{web}}" }
            fusion: { models: "{{Path.Combine(SharedData.RepositoryRoot, "models")}}" }
            {{more}}
            """));
        await node.StartAgainAsync();
        return node;
    }

    /// <summary>Starts the program on the same folder and waits until it is ready.</summary>
    public async Task StartAgainAsync()
    {
        _process = ChildProcess.Start(Program, ["serve", "--config", ConfigFile, "--data", DataFolder], Folder);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        for (var i = 0; i < 600; i++)
        {
            Assert.False(_process.HasExited, $"The node ended at start:\n{_process.Output}");
            try
            {
                if ((await _http.GetAsync("health/ready")).StatusCode == HttpStatusCode.OK) return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
            await tick.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
        Assert.Fail($"The node was not ready within a minute:\n{_process.Output}");
    }

    /// <summary>SIGKILL.</summary>
    public void Kill()
    {
        _process!.Kill();
        _lastLog = _process.Output;
        _process.Dispose();
        _process = null;
    }

    /// <summary>SIGTERM; returns the exit code.</summary>
    public Task<int> TerminateAsync() => _process!.TerminateAsync(TimeSpan.FromMinutes(1));

    /// <summary>Runs a verb on this node's configuration and data with <c>--json</c>; the object of its last line.</summary>
    public async Task<JsonObject> AskAsync(params string[] verb)
    {
        var (code, output, error) = await RunAsync(verb);
        Assert.True(code == 0, $"pacsfusion {string.Join(' ', verb)} ended with {code}: {error}\n{Log}");
        return JsonNode.Parse(output.TrimEnd().Split('\n')[^1])!.AsObject();
    }

    /// <summary>Runs a verb on this node's configuration and data with <c>--json</c>, whatever it ends with.</summary>
    public Task<(int ExitCode, string StandardOutput, string StandardError)> RunAsync(params string[] verb) =>
        ChildProcess.RunAsync(Program, [.. verb, "--json", "--config", ConfigFile, "--data", DataFolder], Folder);

    /// <summary>The running node's own status.</summary>
    public async Task<JsonObject> StatusAsync() => JsonNode.Parse(await _http.GetStringAsync("api/status", TestContext.Current.CancellationToken))!.AsObject();

    /// <summary>Waits until the running node's status satisfies a condition: quicker than a verb, for states that pass quickly.</summary>
    public async Task<JsonObject> UntilAsync(Func<JsonObject, bool> condition, string what, TimeSpan? deadline = null)
    {
        var limit = deadline ?? TimeSpan.FromMinutes(2);
        var started = TimeProvider.System.GetTimestamp();
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            Assert.False(HasExited, $"The node ended:\n{Log}");
            var status = await StatusAsync();
            if (condition(status)) return status;
            Assert.True(TimeProvider.System.GetElapsedTime(started) < limit, $"{what}: not within {limit}; status {status.ToJsonString()}\n{Log}");
            await tick.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Waits until a case is in one of the states.</summary>
    public Task UntilAsync(params string[] states) => UntilAsync(status => states.Any(state => Count(status, state) > 0), $"a case that is {string.Join(" or ", states)}");

    /// <summary>Waits until a case is in the state; fails at once where one ends otherwise.</summary>
    public async Task<JsonObject> DoneAsync()
    {
        await UntilAsync("done", "failed", "refused");
        var cases = Cases();
        return cases.FirstOrDefault(work => work["state"]!.GetValue<string>() == "done")
            ?? throw new Xunit.Sdk.XunitException($"No case is done: {string.Join(' ', cases.Select(work => work.ToJsonString()))}\n{Log}");
    }

    /// <summary>What <c>cases --json</c> answers, without a process for it.</summary>
    public List<JsonObject> Cases() => Ledger(ledger => new CaseStore(ledger, TimeProvider.System).All(100).ConvertAll(LedgerVerbs.CaseJson));

    /// <summary>Reads the node's ledger beside it.</summary>
    public T Ledger<T>(Func<LedgerDatabase, T> read)
    {
        using var ledger = LedgerDatabase.Open(Path.Combine(DataFolder, "ledger", "ledger.db"));
        return read(ledger);
    }

    /// <summary>How many cases a status counts in a state.</summary>
    public static int Count(JsonObject status, string state) => status["cases"]![state]?.GetValue<int>() ?? 0;

    /// <summary>Waits until the only case is in one of the states.</summary>
    public async Task<JsonObject> CaseAsync(TimeSpan deadline, params string[] states)
    {
        var limit = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var cases = (await AskAsync("cases"))["cases"]!.AsArray();
            if (cases.Count > 0 && states.Contains(cases[0]!["state"]!.GetValue<string>())) return cases[0]!.AsObject();
            Assert.False(HasExited, $"The node ended:\n{Log}");
            Assert.True(TimeProvider.System.GetElapsedTime(limit) < deadline, $"No case was {string.Join(" or ", states)} within {deadline}; cases: {cases.ToJsonString()}\n{Log}");
            using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
            await tick.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    public void Dispose()
    {
        _process?.Dispose();
        _http.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
