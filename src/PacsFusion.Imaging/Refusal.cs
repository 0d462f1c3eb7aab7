namespace PacsFusion.Imaging;

/// <summary>An expected no: the input is understood and cannot be used. Never carries patient data.</summary>
/// <param name="Code">A code listed in <see cref="ImagingReasons"/>, kebab-case.</param>
/// <param name="Text">One line with the figures that led to it.</param>
public sealed record Refusal(string Code, string Text);

/// <summary>Something that was put right or left out, and that a reader of the result should know. Never carries patient data.</summary>
/// <param name="Code">A code listed in <see cref="ImagingReasons"/>, kebab-case.</param>
/// <param name="Text">One line with the figures.</param>
public sealed record ImagingWarning(string Code, string Text);
