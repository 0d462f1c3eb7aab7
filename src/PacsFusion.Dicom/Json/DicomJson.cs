using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace PacsFusion.Dicom;

/// <summary>The DICOM JSON model (PS3.18 annex F). Without state: safe for all threads, as long as none changes the data set. What is read owns its bytes.</summary>
public static class DicomJson
{
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a data set as JSON text.</summary>
    /// <param name="dataset">The data set.</param>
    /// <param name="options">Choices; null for the defaults.</param>
    public static string Write(DicomDataset dataset, DicomJsonOptions? options = null)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        Write(dataset, buffer, options);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Writes a data set as JSON in UTF-8, piece by piece as the buffers are full; else as <see cref="Write(DicomDataset, Utf8JsonWriter, DicomJsonOptions?)"/>.</summary>
    /// <param name="dataset">The data set.</param>
    /// <param name="output">Where to.</param>
    /// <param name="options">Choices; null for the defaults.</param>
    public static void Write(DicomDataset dataset, IBufferWriter<byte> output, DicomJsonOptions? options = null)
    {
        using var writer = new Utf8JsonWriter(output, Readable);
        Write(dataset, writer, options);
    }

    /// <summary>
    /// Writes a data set as one JSON object. Group lengths are left out and Specific Character Set reads ISO_IR 192, as
    /// F.2 has it. DS and IS that are no numbers are strings, which F.2.3 allows; other numbers that JSON has no form for
    /// (not finite) are written as strings too.
    /// </summary>
    /// <param name="dataset">The data set.</param>
    /// <param name="writer">Where to; left open.</param>
    /// <param name="options">Choices; null for the defaults.</param>
    public static void Write(DicomDataset dataset, Utf8JsonWriter writer, DicomJsonOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentNullException.ThrowIfNull(writer);
        new JsonDatasetWriter(writer, options ?? DicomJsonOptions.Default).Write(dataset);
    }

    /// <summary>Reads a data set out of a JSON object.</summary>
    /// <param name="json">The object. Unknown members of an element are ignored.</param>
    /// <param name="bulkData">Fetches the value of a BulkDataURI; without it such values are an error.</param>
    /// <exception cref="DicomException">json-invalid: not the DICOM JSON model; bulk-data-not-here; value-not-representable.</exception>
    public static DicomDataset Read(JsonElement json, Func<string, ReadOnlyMemory<byte>>? bulkData = null) =>
        JsonDatasetReader.Read(json, bulkData);
}
