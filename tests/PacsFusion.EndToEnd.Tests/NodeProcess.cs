using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;

namespace PacsFusion.Tests;

/// <summary>The node as a process of its own, as an operator runs it, with its configuration and data in one folder.</summary>
internal sealed class NodeProcess : IDisposable
{
    public const string AeTitle = "PACSFUSION";
    private readonly HttpClient _http;
    private ChildProcess? _process;

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

    public string Log => _process?.Output ?? "";

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
        _process!.Dispose();
        _process = null;
    }

    /// <summary>SIGTERM; returns the exit code.</summary>
    public Task<int> TerminateAsync() => _process!.TerminateAsync(TimeSpan.FromMinutes(1));

    /// <summary>Runs a verb on this node's configuration and data with <c>--json</c>; the object of its last line.</summary>
    public async Task<JsonObject> AskAsync(params string[] verb)
    {
        var (code, output, error) = await ChildProcess.RunAsync(Program, [.. verb, "--json", "--config", ConfigFile, "--data", DataFolder], Folder);
        Assert.True(code == 0, $"pacsfusion {string.Join(' ', verb)} ended with {code}: {error}\n{Log}");
        return JsonNode.Parse(output.TrimEnd().Split('\n')[^1])!.AsObject();
    }

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
