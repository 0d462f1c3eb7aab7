namespace PacsFusion.Node.Configuration.Internal;

/// <summary>A place of the tree that fits its shape. Values that did not fit are absent: a finding says so.</summary>
internal abstract record BoundValue(SourceMark Mark);

/// <summary>A parsed value.</summary>
internal sealed record BoundScalar(SourceMark Mark, object Value) : BoundValue(Mark);

/// <summary>A list.</summary>
internal sealed record BoundList(SourceMark Mark, IReadOnlyList<BoundValue> Items) : BoundValue(Mark)
{
    public IReadOnlyList<T> Values<T>() => [.. Items.OfType<BoundScalar>().Select(i => i.Value).OfType<T>()];
}

/// <summary>A map. <see cref="Broken"/> tells an invalid value from an absent one.</summary>
internal sealed record BoundMap(SourceMark Mark, MapShape? Shape, IReadOnlyDictionary<string, BoundValue> Members, IReadOnlySet<string> Nulls, bool Broken)
    : BoundValue(Mark)
{
    /// <summary>A map that nobody wrote: every member takes its default.</summary>
    public static BoundMap Absent(SourceMark mark, MapShape shape) =>
        new(mark, shape, new Dictionary<string, BoundValue>(), new HashSet<string>(), false);

    public bool Has(string name) => Members.ContainsKey(name);

    public SourceMark MarkOf(string name) => Members.TryGetValue(name, out var value) ? value.Mark : Mark;

    public BoundMap Map(string name) =>
        Members.GetValueOrDefault(name) as BoundMap ?? Absent(Mark, (MapShape)FieldOf(name).Shape);

    public BoundList? List(string name) => Members.GetValueOrDefault(name) as BoundList;

    /// <summary>The value, else the default of the shape; null for null and for an absent value without default.</summary>
    public T? Find<T>(string name) where T : struct =>
        Members.GetValueOrDefault(name) is BoundScalar { Value: T value } ? value : Nulls.Contains(name) ? null : (T?)DefaultOf(name);

    /// <summary>The same for references.</summary>
    public T? FindObject<T>(string name) where T : class =>
        Members.GetValueOrDefault(name) is BoundScalar { Value: T value } ? value : Nulls.Contains(name) ? null : (T?)DefaultOf(name);

    /// <summary>The value or the default, which the shape must have.</summary>
    public T Get<T>(string name) =>
        Members.GetValueOrDefault(name) is BoundScalar { Value: T value } ? value : (T)(DefaultOf(name) ?? Stand<T>());

    private object? DefaultOf(string name) => FieldOf(name) is { Default: { } text, Shape: ScalarShape shape } ? shape.Parse(text).Value : null;

    private Field FieldOf(string name) =>
        Shape?.Find(name) ?? throw new InvalidOperationException($"The shape has no key '{name}'.");

    // A required value that is missing has its finding already, so what stands in for it is never used.
    private static object Stand<T>() =>
        typeof(T) == typeof(string) ? ""
        : typeof(T) == typeof(Uri) ? new Uri("http://localhost")
        : default(T) is { } value ? value
        : throw new InvalidOperationException($"{typeof(T).Name} has no stand-in.");
}
