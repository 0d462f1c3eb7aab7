using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using PacsFusion.Node.Configuration;

namespace PacsFusion.Node.Cli;

/// <summary>The figures of an alignment for people: those that a rule's gate can name, with their units.</summary>
internal static class AlignmentLines
{
    /// <param name="alignment">The field <c>alignment</c> of an answer; figures that do not exist for the pair are null there.</param>
    public static IEnumerable<string> Of(JsonObject alignment)
    {
        foreach (var (name, value) in alignment)
            if (GateFigures.Find(name) is { } figure && value?.GetValueKind() == JsonValueKind.Number)
                yield return string.Create(CultureInfo.InvariantCulture, $"{name} {value.GetValue<double>():0.####}{(figure.Unit.Length > 0 ? " " + figure.Unit : "")}");
    }
}
