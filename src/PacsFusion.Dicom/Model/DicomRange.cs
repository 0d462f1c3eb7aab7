namespace PacsFusion.Dicom;

/// <summary>What a DA, TM or DT matches in a query (PS3.4 C.2.2.2.5). Immutable.</summary>
/// <typeparam name="T">Date, time of day or moment.</typeparam>
/// <param name="First">The first that matches; null: no lower bound.</param>
/// <param name="Last">The last that matches; null: no upper bound.</param>
public readonly record struct DicomRange<T>(T? First, T? Last)
    where T : struct;
