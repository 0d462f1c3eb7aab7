using System.Text.Json.Nodes;

namespace PacsFusion.Node.Cli;

/// <summary>
/// Where a verb writes: the answer to standard output (with <c>--json</c> one object on its last line), progress and
/// faults to standard error.
/// </summary>
internal sealed class CliOutput(TextWriter output, TextWriter error, bool json)
{
    /// <summary>Whether the caller asked for JSON.</summary>
    public bool Json { get; } = json;

    public TextWriter Out { get; } = output;

    public TextWriter Error { get; } = error;

    /// <summary>A line for people; silent under <c>--json</c>.</summary>
    public void Say(string line)
    {
        if (!Json) Out.WriteLine(line);
    }

    /// <summary>A line of progress.</summary>
    public void Progress(string line) => Error.WriteLine(line);

    /// <summary>The verb's answer as one line of JSON, where asked for.</summary>
    public void Answer(JsonNode answer)
    {
        if (Json) Out.WriteLine(answer.ToJsonString());
    }
}
