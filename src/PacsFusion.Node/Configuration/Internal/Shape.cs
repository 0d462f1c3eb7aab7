using System.Diagnostics.CodeAnalysis;

namespace PacsFusion.Node.Configuration.Internal;

/// <summary>
/// What may stand at a place of a configuration: the one description that the binder, the overrides, the schemas for editors
/// and their tests are made from.
/// </summary>
internal abstract class Shape
{
    /// <summary>Ends the sentence "must be …".</summary>
    public abstract string Expected { get; }
}

/// <summary>Fixed keys.</summary>
internal sealed class MapShape(params Field[] fields) : Shape
{
    public IReadOnlyList<Field> Fields { get; } = fields;

    public override string Expected => "a map of keys";

    public Field? Find(string name) => Fields.FirstOrDefault(f => f.Name == name);
}

/// <summary>Keys that the site chooses, one kind of value.</summary>
internal sealed class FreeMapShape(Shape value, IReadOnlyList<string>? keys = null) : Shape
{
    public Shape Value { get; } = value;

    /// <summary>The keys that can stand; null: any.</summary>
    public IReadOnlyList<string>? Keys { get; } = keys;

    public override string Expected => "a map of keys";
}

/// <summary>A list of one kind of value.</summary>
internal sealed class ListShape(Shape item, bool orSingle = false, int minItems = 0) : Shape
{
    public Shape Item { get; } = item;

    /// <summary>Whether one value may stand without brackets.</summary>
    public bool OrSingle { get; } = orSingle;

    public int MinItems { get; } = minItems;

    public override string Expected => OrSingle ? $"{Item.Expected}, or a list of such" : "a list";
}

/// <summary>One value, parsed from its text.</summary>
internal sealed class ScalarShape(string kind, string expected, Func<string, ScalarOutcome> parse) : Shape
{
    /// <summary>text, integer, number or boolean: how YAML and JSON Schema see it.</summary>
    public string Kind { get; } = kind;

    public override string Expected { get; } = expected;

    /// <summary>Pattern for editors; null: none.</summary>
    public string? Pattern { get; init; }

    public IReadOnlyList<string>? Values { get; init; }

    public double? Minimum { get; init; }

    public double? Maximum { get; init; }

    public ScalarOutcome Parse(string text) => parse(text);
}

/// <summary>A value, or why there is none.</summary>
internal readonly record struct ScalarOutcome(object? Value, string? Code = null, string? Text = null, string? Hint = null)
{
    [MemberNotNullWhen(false, nameof(Code), nameof(Text))]
    [MemberNotNullWhen(true, nameof(Value))]
    public bool Ok => Code is null;

    public static ScalarOutcome Refuse(string code, string text, string hint = "") => new(null, code, text, hint);
}

/// <summary>One key of a map.</summary>
/// <param name="Name">The key, camelCase.</param>
/// <param name="Shape">What may stand there.</param>
/// <param name="Meaning">One sentence for editors; says the unit and what null means.</param>
internal sealed record Field(string Name, Shape Shape, string Meaning)
{
    public bool Required { get; init; }

    /// <summary>As it would be written; null: absent stays absent.</summary>
    public string? Default { get; init; }

    /// <summary>Whether <c>null</c> may be written.</summary>
    public bool Nullable { get; init; }
}
