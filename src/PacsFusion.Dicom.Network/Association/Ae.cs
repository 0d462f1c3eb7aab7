namespace PacsFusion.Dicom.Network;

/// <summary>Rules of AE titles (PS3.5 table 6.2-1).</summary>
internal static class Ae
{
    public static bool IsValid(string title) =>
        title.Length is > 0 and <= 16 && title.Trim().Length > 0 && !title.AsSpan().ContainsAnyExceptInRange(' ', '~') && !title.Contains('\\');
}
