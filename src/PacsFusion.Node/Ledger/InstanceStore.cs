using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;

namespace PacsFusion.Node.Ledger;

/// <summary>The table of received instances, and the row of each series that follows from it.</summary>
internal sealed class InstanceStore(LedgerDatabase database) : IInstanceIndex
{
    private const string Columns = "patient_key, series_uid, sop_instance_uid, sop_class_uid, transfer_syntax_uid, study_uid, modality, path, length, sha256, received_at, calling_ae, called_ae";

    /// <inheritdoc/>
    public ValueTask AddAsync(IReadOnlyList<InstanceRecord> records, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        database.Write(connection =>
        {
            foreach (var record in records)
            {
                var added = connection.Run(
                    $"INSERT OR IGNORE INTO instance ({Columns}) VALUES ($patient, $series, $sop, $class, $syntax, $study, $modality, $path, $length, $sha, $at, $calling, $called)",
                    ("$patient", record.PatientKey), ("$series", record.SeriesInstanceUid), ("$sop", record.SopInstanceUid), ("$class", record.SopClassUid),
                    ("$syntax", record.TransferSyntaxUid), ("$study", record.StudyInstanceUid), ("$modality", record.Modality), ("$path", record.RelativePath),
                    ("$length", record.Length), ("$sha", record.Sha256), ("$at", record.ReceivedAt), ("$calling", record.CallingAeTitle), ("$called", record.CalledAeTitle));
                if (added == 0) continue;
                connection.Run(
                    """
                    INSERT INTO series (patient_key, series_uid, study_uid, modality, calling_ae, state, settled_by, clean, content, instances, first_at, last_at, settled_at)
                    VALUES ($patient, $series, $study, $modality, $calling, 'receiving', NULL, 0, NULL, 1, $at, $at, NULL)
                    ON CONFLICT (patient_key, series_uid) DO UPDATE SET
                      state='receiving', settled_by=NULL, content=NULL, settled_at=NULL, clean=0, instances=instances+1, last_at=MAX(last_at, $at)
                    """,
                    ("$patient", record.PatientKey), ("$series", record.SeriesInstanceUid), ("$study", record.StudyInstanceUid), ("$modality", record.Modality),
                    ("$calling", record.CallingAeTitle), ("$at", record.ReceivedAt));
            }
        });
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<InstanceRecord?> FindAsync(string sopInstanceUid, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(database.Read(connection => connection.Query(
            $"SELECT {Columns} FROM instance WHERE sop_instance_uid=$sop", Map, ("$sop", sopInstanceUid)).SingleOrDefault()));
    }

    /// <inheritdoc/>
    public ValueTask<long> CountAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Count());
    }

    /// <summary>How many instances the ledger knows.</summary>
    public long Count() => database.Read(connection => connection.Query("SELECT COUNT(*) FROM instance", row => row.GetInt64(0)).Single());

    /// <summary>The instances of a series, in the order of their SOP Instance UIDs.</summary>
    public List<InstanceRecord> OfSeries(string patientKey, string seriesUid) => database.Read(connection => connection.Query(
        $"SELECT {Columns} FROM instance WHERE patient_key=$patient AND series_uid=$series ORDER BY sop_instance_uid", Map,
        ("$patient", patientKey), ("$series", seriesUid)));

    /// <summary>A patient's objects of one SOP class, of any series.</summary>
    public List<InstanceRecord> OfClass(string patientKey, string sopClassUid) => database.Read(connection => connection.Query(
        $"SELECT {Columns} FROM instance WHERE patient_key=$patient AND sop_class_uid=$class ORDER BY sop_instance_uid", Map,
        ("$patient", patientKey), ("$class", sopClassUid)));

    /// <summary>
    /// The content of a series: SHA-256 over its instances' UIDs and hashes in the order of the UIDs, 64 hex digits.
    /// </summary>
    public static string ContentOf(IEnumerable<InstanceRecord> instances)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var instance in instances.OrderBy(instance => instance.SopInstanceUid, StringComparer.Ordinal))
            hash.AppendData(Encoding.ASCII.GetBytes($"{instance.SopInstanceUid}\n{instance.Sha256}\n"));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Forgets instances of a series whose files are gone, and the series with its last one; what came meanwhile stays.</summary>
    public void Remove(string patientKey, string seriesUid, IReadOnlyList<InstanceRecord> gone) => database.Write(connection =>
    {
        foreach (var instance in gone) connection.Run("DELETE FROM instance WHERE sop_instance_uid=$sop", ("$sop", instance.SopInstanceUid));
        var left = connection.Query("SELECT COUNT(*) FROM instance WHERE patient_key=$patient AND series_uid=$series", row => row.GetInt32(0), ("$patient", patientKey), ("$series", seriesUid)).Single();
        if (left > 0)
        {
            connection.Run("UPDATE series SET instances=$left WHERE patient_key=$patient AND series_uid=$series", ("$left", left), ("$patient", patientKey), ("$series", seriesUid));
            return;
        }
        connection.Run("DELETE FROM series WHERE patient_key=$patient AND series_uid=$series", ("$patient", patientKey), ("$series", seriesUid));
        connection.Run("DELETE FROM candidate WHERE patient_key=$patient AND series_uid=$series", ("$patient", patientKey), ("$series", seriesUid));
    });

    private static InstanceRecord Map(SqliteDataReader row) => new()
    {
        PatientKey = row.GetString(0),
        SeriesInstanceUid = row.GetString(1),
        SopInstanceUid = row.GetString(2),
        SopClassUid = row.GetString(3),
        TransferSyntaxUid = row.GetString(4),
        StudyInstanceUid = row.GetString(5),
        Modality = row.GetString(6),
        RelativePath = row.GetString(7),
        Length = row.GetInt64(8),
        Sha256 = row.GetString(9),
        ReceivedAt = row.Time(10),
        CallingAeTitle = row.GetString(11),
        CalledAeTitle = row.GetString(12),
        AssociationId = 0,
    };
}
