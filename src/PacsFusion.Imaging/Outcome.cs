using System.Diagnostics.CodeAnalysis;

namespace PacsFusion.Imaging;

/// <summary>Either a value or a <see cref="PacsFusion.Imaging.Refusal"/>.</summary>
/// <typeparam name="T">Type of the value.</typeparam>
public readonly struct Outcome<T>
    where T : class
{
    private readonly T? _value;

    private Outcome(T? value, Refusal? refusal)
    {
        _value = value;
        Refusal = refusal;
    }

    /// <summary>The refusal; null where there is a value.</summary>
    public Refusal? Refusal { get; }

    /// <summary>Whether the input was refused.</summary>
    public bool IsRefused => Refusal is not null;

    /// <summary>The value.</summary>
    /// <exception cref="InvalidOperationException">The input was refused; the message carries the code.</exception>
    public T Value => _value ?? throw new InvalidOperationException($"Refused: {Refusal?.Code ?? "no value"}.");

    /// <summary>True and the value, or false and the refusal.</summary>
    public bool TryGet([NotNullWhen(true)] out T? value, [NotNullWhen(false)] out Refusal? refusal)
    {
        value = _value;
        refusal = Refusal ?? (_value is null ? new Refusal(ImagingReasons.NoInstances, "Nothing was read.") : null);
        return _value is not null;
    }

    /// <summary>An outcome that holds a value.</summary>
    public static implicit operator Outcome<T>(T value) => new(value, null);

    /// <summary>An outcome that holds a refusal.</summary>
    public static implicit operator Outcome<T>(Refusal refusal) => new(null, refusal);
}
