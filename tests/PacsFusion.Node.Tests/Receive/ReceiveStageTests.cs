using PacsFusion.Dicom;
using PacsFusion.Dicom.Network;
using PacsFusion.Node.Receive;

namespace PacsFusion.Node.Tests.Receive;

public class ReceiveStageTests
{
    [Fact]
    public async Task A_good_object_is_stored_byte_for_byte_and_announced()
    {
        await using var kit = await StageKit.OpenAsync();
        var bytes = StageKit.Image().Encode(DicomTransferSyntax.ExplicitVRLittleEndian);
        Assert.True((await kit.SendAsync(bytes, "1.2.3.4.5")).IsSuccess);
        var record = Assert.Single(kit.Arrivals.Stored);
        Assert.Equal(("1.2.3.4.5", DicomUid.CTImageStorage, "1.2.3", "1.2.3.4", "CT", "SENDER", "NODE", 1L), (record.SopInstanceUid, record.SopClassUid,
            record.StudyInstanceUid, record.SeriesInstanceUid, record.Modality, record.CallingAeTitle, record.CalledAeTitle, record.AssociationId));
        Assert.Equal(1, kit.Stage.Stored);

        // Invariant 5, and a file that any reader can open.
        await kit.Spool.FlushAsync(CancellationToken.None);
        Assert.Equal(bytes, SpoolKit.DatasetOf(kit.Spool.PathOf(record)));
        var file = DicomFile.Read(kit.Spool.PathOf(record));
        Assert.Equal("SENDER", file.FileMeta.GetString(DicomTag.SourceApplicationEntityTitle));
        Assert.Equal("1.2.3.4.5", file.FileMeta.GetString(DicomTag.MediaStorageSOPInstanceUID));
        Assert.Equal(DicomTransferSyntax.ExplicitVRLittleEndian, file.TransferSyntax);
    }

    [Theory]
    [InlineData("garbage", 0xC000, "dataset-unreadable")]
    [InlineData("empty", 0xC000, "dataset-unreadable")]
    [InlineData("cut", 0xC000, "dataset-unreadable")]
    [InlineData("cut-in-pixels", 0xC000, "dataset-unreadable")]
    [InlineData("cut-in-fragments", 0xC000, "dataset-unreadable")]
    [InlineData("other-instance", 0xA900, "sop-instance-mismatch")]
    [InlineData("no-instance", 0xA900, "sop-instance-mismatch")]
    [InlineData("other-class", 0xA900, "sop-class-mismatch")]
    [InlineData("no-study", 0xC000, "study-uid-missing")]
    [InlineData("empty-study", 0xC000, "study-uid-missing")]
    [InlineData("no-series", 0xC000, "series-uid-missing")]
    [InlineData("long-study", 0xC000, "uid-too-long")]
    [InlineData("long-command", 0xC000, "uid-too-long")]
    public async Task A_bad_object_gets_its_status_and_reason_and_leaves_nothing(string fault, int status, string reason)
    {
        await using var kit = await StageKit.OpenAsync();
        var image = StageKit.Image();
        var sop = "1.2.3.4.5";
        byte[]? bytes = null;
        switch (fault)
        {
            case "garbage": bytes = SpoolKit.Bytes(5000, 1); break;
            case "empty": bytes = []; break;
            case "cut": bytes = image.Encode(DicomTransferSyntax.ExplicitVRLittleEndian)[..60]; break;
            case "cut-in-pixels": bytes = image.Encode(DicomTransferSyntax.ExplicitVRLittleEndian)[..^1]; break;
            case "cut-in-fragments": bytes = image.SetEncapsulatedPixelData(SpoolKit.Bytes(30_000, 2)).Encode(DicomTransferSyntax.RleLossless)[..^8]; break;
            case "other-instance": image.Set(DicomTag.SOPInstanceUID, "1.2.3.4.6"); break;
            case "no-instance": image.Remove(DicomTag.SOPInstanceUID); break;
            case "other-class": image.Set(DicomTag.SOPClassUID, DicomUid.MRImageStorage); break;
            case "no-study": image.Remove(DicomTag.StudyInstanceUID); break;
            case "empty-study": image.SetEmpty(DicomTag.StudyInstanceUID); break;
            case "no-series": image.Remove(DicomTag.SeriesInstanceUID); break;
            case "long-study": image.Set(DicomTag.StudyInstanceUID, new string('1', 300)); break;
            case "long-command": sop = new string('1', 300); break;
        }

        var syntax = fault == "cut-in-fragments" ? DicomTransferSyntax.RleLossless : DicomTransferSyntax.ExplicitVRLittleEndian;
        var answer = await kit.SendAsync(bytes ?? image.Encode(syntax), sop, syntax: syntax.Uid);

        Assert.Equal((status, reason), (answer.Code, answer.ErrorComment));
        Assert.Equal(reason, Assert.Single(kit.Arrivals.Refused).Reason.Code);
        Assert.Equal(1, kit.Stage.Refusals[reason]);
        Assert.Empty(kit.Arrivals.Stored);
        await kit.Spool.FlushAsync(CancellationToken.None);
        Assert.Empty(kit.SpoolKit.Datasets());
        Assert.Equal(0, kit.Spool.BufferedBytes);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(30_000)]
    [InlineData(600_000)]
    public async Task A_compressed_object_is_stored_as_it_came(int length)
    {
        await using var kit = await StageKit.OpenAsync();
        var bytes = StageKit.Image().SetEncapsulatedPixelData(SpoolKit.Bytes(length, 2), SpoolKit.Bytes(length, 3)).Encode(DicomTransferSyntax.RleLossless);
        Assert.True((await kit.SendAsync(bytes, "1.2.3.4.5", syntax: DicomTransferSyntax.RleLossless.Uid)).IsSuccess);
        await kit.Spool.FlushAsync(CancellationToken.None);
        Assert.Equal(bytes, SpoolKit.DatasetOf(kit.Spool.PathOf(Assert.Single(kit.Arrivals.Stored))));
    }

    [Fact]
    public async Task A_head_longer_than_one_block_is_read_all_the_same()
    {
        await using var kit = await StageKit.OpenAsync();
        // A private element before the study pushes the rest beyond the first block and the large-object threshold.
        var image = StageKit.Image().SetBytes(new DicomTag(0x0009, 0x1001), DicomVR.OB, SpoolKit.Bytes(600_000, 3));
        Assert.True((await kit.SendAsync(image)).IsSuccess);
        Assert.Equal("1.2.3", Assert.Single(kit.Arrivals.Stored).StudyInstanceUid);
    }

    [Fact]
    public async Task A_full_volume_is_said_before_data_is_taken_and_while_it_comes()
    {
        long free = 500;
        await using var kit = await StageKit.OpenAsync(() => free, minFree: 1000);
        var refused = await kit.SendAsync(StageKit.Image());
        Assert.Equal((0xA700, "storage-full"), (refused.Code, refused.ErrorComment));

        free = 1200;
        kit.SpoolKit.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(0xA700, (await kit.SendAsync(StageKit.Image())).Code);
        free = 100_000;
        kit.SpoolKit.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.True((await kit.SendAsync(StageKit.Image())).IsSuccess);
    }

    [Fact]
    public async Task Other_content_under_a_known_instance_is_refused_with_a_failure_and_logged()
    {
        await using var kit = await StageKit.OpenAsync();
        Assert.True((await kit.SendAsync(StageKit.Image())).IsSuccess);
        Assert.True((await kit.SendAsync(StageKit.Image())).IsSuccess);
        var answer = await kit.SendAsync(StageKit.Image().Set(DicomTag.InstanceNumber, 2));
        Assert.Equal((0xC001, "instance-conflict"), (answer.Code, answer.ErrorComment));
        Assert.True(answer.IsFailure);
        Assert.Single(kit.Arrivals.Stored);
        Assert.Equal((1L, 1L), (kit.Stage.Stored, kit.Stage.Repeated));
        Assert.Contains("1010 Refused instance 1.2.3.4.5 from SENDER: instance-conflict", kit.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_association_ends_with_the_series_it_stored_into_resent_ones_included()
    {
        await using var kit = await StageKit.OpenAsync();
        var first = StageKit.Association(1);
        kit.Stage.Opened(first);
        await kit.SendAsync(StageKit.Image("1.2.3.4.5"), first);
        await kit.SendAsync(StageKit.Image("1.2.3.5.1").Set(DicomTag.SeriesInstanceUID, "1.2.3.5"), first);
        kit.Stage.Closed(first, StageKit.End(AssociationEndKind.Lost));
        var second = StageKit.Association(2, "OTHER");
        kit.Stage.Opened(second);
        await kit.SendAsync(StageKit.Image("1.2.3.4.5"), second);
        kit.Stage.Closed(second, StageKit.End(AssociationEndKind.Released));
        Assert.Equal(["open 1 SENDER", "unclean 1 1.2.3.4,1.2.3.5", "open 2 OTHER", "clean 2 1.2.3.4"], kit.Arrivals.Associations);
    }

    [Fact]
    public async Task An_object_that_is_cut_off_leaves_nothing()
    {
        await using var kit = await StageKit.OpenAsync();
        var request = new StoreRequest
        {
            Association = StageKit.Association(),
            SopClassUid = DicomUid.CTImageStorage,
            SopInstanceUid = "1.2.3.4.5",
            AbstractSyntaxUid = DicomUid.CTImageStorage,
            TransferSyntaxUid = DicomTransferSyntax.ExplicitVRLittleEndian.Uid,
            MessageId = 1,
        };
        await using (var receiver = await kit.Stage.BeginAsync(request, CancellationToken.None)) await receiver.WriteAsync(SpoolKit.Bytes(100_000, 1), CancellationToken.None);
        Assert.Equal(0, kit.Spool.BufferedBytes);
        Assert.Empty(Directory.GetFiles(kit.SpoolKit.Root, "*.part", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Invariant_7_no_patient_data_in_logs_names_or_rows()
    {
        await using var kit = await StageKit.OpenAsync();
        await kit.SendAsync(StageKit.Image());
        await kit.SendAsync(StageKit.Image().Set(DicomTag.InstanceNumber, 2));
        await kit.SendAsync(StageKit.Image("1.2.9"), sop: "1.2.8");
        await kit.Spool.FlushAsync(CancellationToken.None);
        var said = string.Join('\n', kit.Arrivals.Stored) + string.Join('\n', kit.Arrivals.Refused) + kit.Log.Text
            + string.Join('\n', Directory.GetFileSystemEntries(kit.SpoolKit.Root, "*", SearchOption.AllDirectories));
        Assert.DoesNotContain("4711", said, StringComparison.Ordinal);
        Assert.DoesNotContain("Doe", said, StringComparison.Ordinal);
    }

    [Fact]
    public void A_patient_key_follows_the_identifier_and_its_issuer_and_nothing_else()
    {
        string Key(DicomDataset dataset, string calling = "SENDER", string study = "1.2.3") => StageKit.Keyring.KeyOf(dataset, calling, study);
        var image = StageKit.Image();
        Assert.Matches("^[0-9a-f]{32}$", Key(image));
        Assert.Equal(Key(image), Key(StageKit.Image().Set(DicomTag.PatientName, "Roe^Jane"), study: "1.9"));
        Assert.NotEqual(Key(image), Key(StageKit.Image().Set(DicomTag.PatientID, "SECRET-4712")));
        Assert.NotEqual(Key(image), Key(image, "SITE-B"));
        Assert.Equal(Key(image, "SITE-B"), Key(StageKit.Image().Set(DicomTag.IssuerOfPatientID, "B")));
        Assert.NotEqual(Key(image), new PatientKeyring(SpoolKit.Bytes(32, 8), _ => "A").KeyOf(image, "SENDER", "1.2.3"));

        // Two patients without an identifier are not one patient.
        var unnamed = StageKit.Image();
        unnamed.Remove(DicomTag.PatientID);
        Assert.NotEqual(Key(unnamed), Key(unnamed, study: "1.9"));
    }

    [Fact]
    public async Task A_lost_ledger_is_made_again_from_the_files()
    {
        await using var kit = await StageKit.OpenAsync();
        foreach (var sop in new[] { "1.2.3.4.5", "1.2.3.4.6", "../x" }) await kit.SendAsync(StageKit.Image(sop), StageKit.Association(calling: "SITE-B"));
        await kit.Spool.FlushAsync(CancellationToken.None);
        var before = kit.SpoolKit.Index.Rows.OrderBy(row => row.RelativePath).ToList();
        File.WriteAllText(Path.Combine(kit.SpoolKit.Root, "1.2.3", "1.2.3.4", "9.9.dcm"), "not ours");

        var lost = new MemoryIndex();
        Assert.Equal(3, await new IndexRebuild(kit.SpoolKit.Root, lost, StageKit.Keyring, kit.Log).RunAsync(CancellationToken.None));
        var after = lost.Rows.OrderBy(row => row.RelativePath).ToList();
        Assert.Equal(
            before.Select(row => row with { ReceivedAt = default, CalledAeTitle = "", AssociationId = 0 }),
            after.Select(row => row with { ReceivedAt = default }));
        Assert.Equal(0, await new IndexRebuild(kit.SpoolKit.Root, lost, StageKit.Keyring, kit.Log).RunAsync(CancellationToken.None));
    }
}
