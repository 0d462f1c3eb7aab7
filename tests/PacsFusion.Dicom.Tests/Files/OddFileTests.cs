using System.Security.Cryptography;

namespace PacsFusion.Dicom.Tests;

/// <summary>Real and made files of every odd kind, held against a table of what is known of them.</summary>
public class OddFileTests(CodecModules modules)
{
    /// <summary>The files that are refused as they stand, and why. Every other one reads.</summary>
    private static readonly Dictionary<string, string> Refused = new()
    {
        ["malformed/ExplVR_BigEndNoMeta.dcm"] = "not-dicom",
        ["malformed/ExplVR_LitEndNoMeta.dcm"] = "not-dicom",
        ["malformed/no_meta.dcm"] = "not-dicom",
        ["malformed/jpegls_no_meta.dcm"] = "not-dicom",
        ["pixels/OT-PAL-8-face.dcm"] = "not-dicom",
        ["pixels/packed_12_allocated.dcm"] = "not-dicom",
        ["malformed/meta_missing_tsyntax.dcm"] = "transfer-syntax-missing",
        ["malformed/rtplan_truncated.dcm"] = "length-beyond-end",
        ["malformed/seq_len_179b.dcm"] = "vr-invalid",
        ["malformed/made/big_endian_data_little_syntax.dcm"] = "transfer-syntax-mismatch",
        ["malformed/made/cut_in_length.dcm"] = "meta-cut",
        ["malformed/made/cut_in_meta.dcm"] = "meta-cut",
        ["malformed/made/cut_in_value.dcm"] = "length-beyond-end",
        ["malformed/made/deflate_bomb_64mib.dcm"] = "deflate-limit",
        ["malformed/made/deflate_cut.dcm"] = "element-header-cut",
        ["malformed/made/empty.dcm"] = "file-empty",
        ["malformed/made/item_tag_at_top.dcm"] = "unexpected-item",
        ["malformed/made/length_4gb.dcm"] = "length-beyond-end",
        ["malformed/made/length_past_end.dcm"] = "length-beyond-end",
        ["malformed/made/nest_20000_undefined.dcm"] = "depth-limit",
        ["malformed/made/only_preamble.dcm"] = "meta-missing",
        ["malformed/made/sq_no_delimiter.dcm"] = "item-header-cut",
        ["malformed/made/undefined_length_not_sq.dcm"] = "fragment-expected",
    };

    private static readonly Dictionary<string, string> PixelsRefused = new()
    {
        ["charset/chrJapMulti.dcm"] = "pixel-data-absent",
        ["charset/chrJapMultiExplicitIR6.dcm"] = "pixel-data-absent",
        ["charset/chrKoreanMulti.dcm"] = "pixel-data-absent",
        ["malformed/MR_truncated.dcm"] = "pixel-data-short",
        ["malformed/badVR.dcm"] = "pixel-header-invalid",
        ["malformed/made/bits_allocated_7.dcm"] = "pixel-layout-not-supported",
        ["malformed/made/bits_stored_over_allocated.dcm"] = "pixel-header-invalid",
        ["malformed/made/encapsulated_in_native_syntax.dcm"] = "pixel-data-encapsulated",
        ["malformed/made/fragment_past_end.dcm"] = "fragment-beyond-end",
        ["malformed/made/fragments_none.dcm"] = "fragments-missing",
        ["malformed/made/frames_negative.dcm"] = "pixel-header-invalid",
        ["malformed/made/frames_text.dcm"] = "pixel-header-invalid",
        ["malformed/made/huge_matrix.dcm"] = "pixel-data-too-large",
        ["malformed/made/pixels_absent.dcm"] = "pixel-data-absent",
        ["malformed/made/pixels_empty.dcm"] = "pixel-data-empty",
        ["malformed/made/pixels_short.dcm"] = "pixel-data-short",
        ["malformed/made/rle_offset_outside.dcm"] = "rle-invalid",
        ["malformed/made/rle_segments_255.dcm"] = "rle-invalid",
        ["malformed/made/rle_short.dcm"] = "frame-short",
        ["malformed/made/rows_zero.dcm"] = "pixel-header-invalid",
        ["malformed/made/samples_zero.dcm"] = "pixel-header-invalid",
        ["malformed/made/uncompressed_in_encapsulated_syntax.dcm"] = "pixel-data-not-encapsulated",
        ["malformed/made/unknown_syntax.dcm"] = "transfer-syntax-not-decodable",
        ["malformed/made/jpeg_garbage.dcm"] = "codestream-invalid",
        ["malformed/made/j2k_tile_bomb.dcm"] = "codestream-invalid",
        ["private/private_creator_un.dcm"] = "pixel-data-empty",
        ["syntax/CT_jpeg_53_retired.dcm"] = "transfer-syntax-not-decodable",
    };

    private static readonly HashSet<string> Decodable =
    [
        "1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2", "1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.5", "1.2.840.10008.1.2.8.1",
        "1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51", "1.2.840.10008.1.2.4.57", "1.2.840.10008.1.2.4.70", "1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.81",
        "1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.91", "1.2.840.10008.1.2.4.201",
    ];

    [Fact]
    public void EveryFileIsReadOrRefusedByName()
    {
        foreach (var odd in OddFiles.All())
        {
            var bytes = OddFiles.Bytes(odd.Name);
            if (Refused.TryGetValue(odd.Name, out var code))
            {
                var refusal = Record.Exception(() => DicomFile.Parse(bytes));
                Assert.True(refusal is DicomFormatException { Code: var c } && c == code, $"{odd.Name}: {refusal}");
            }
            else
            {
                var file = DicomFile.Parse(bytes);
                Assert.True(odd.TransferSyntax is null || file.FileMeta.GetString(DicomTag.TransferSyntaxUID) == odd.TransferSyntax, odd.Name);
            }
        }
    }

    [Fact]
    public void WhatIsReadIsWrittenByteForByte()
    {
        foreach (var odd in OddFiles.All().Where(o => !Refused.ContainsKey(o.Name)))
        {
            var bytes = OddFiles.Bytes(odd.Name);
            using var stream = new MemoryStream();
            DicomFile.Parse(bytes).Write(stream);
            Assert.True(bytes.AsSpan().SequenceEqual(stream.ToArray()), odd.Name);
        }
    }

    [Fact]
    public void EveryElementSurvivesWritingOneByOne()
    {
        foreach (var odd in OddFiles.All().Where(o => !Refused.ContainsKey(o.Name)))
        {
            var file = DicomFile.Parse(OddFiles.Bytes(odd.Name));
            // A change takes the shortcut of untouched data sets away; what is left must be the same elements.
            var changed = file.Dataset.Clone().Set(new DicomTag(0x0009, 0x1077), DicomVR.LO, "X");
            Assert.True(changed.Remove(new DicomTag(0x0009, 0x1077)));
            foreach (var syntax in (DicomTransferSyntax[])[file.TransferSyntax, DicomTransferSyntax.ExplicitVRLittleEndian])
            {
                var again = DicomDataset.Parse(changed.Encode(syntax), syntax, new DicomReadOptions { Truncation = TruncationRule.KeepComplete });
                Assert.True(file.Dataset.Select(e => e.Tag).SequenceEqual(again.Select(e => e.Tag)), odd.Name);
                foreach (var element in file.Dataset)
                {
                    if (element.IsSequence || !VrFacts.IsText(element.VR)) continue;
                    Assert.True(element.GetStrings().SequenceEqual(again.GetStrings(element.Tag)), $"{odd.Name} {element}");
                }
            }
        }
    }

    [Fact]
    public void PixelsAreExactOrRefusedByName()
    {
        var wrong = new List<string>();
        foreach (var odd in OddFiles.All().Where(o => !Refused.ContainsKey(o.Name)))
        {
            using var session = modules.Require().OpenSession();
            var file = DicomFile.Parse(OddFiles.Bytes(odd.Name));
            var expected = PixelsRefused.GetValueOrDefault(odd.Name) ?? odd.PixelSha256;
            if (expected is null && (odd.Rows is null || !Decodable.Contains(odd.TransferSyntax ?? ""))) continue;
            string found;
            try
            {
                var pixels = DicomPixelData.Open(file.Dataset, file.TransferSyntax, session);
                if (odd.PixelSha256 is not null) Assert.Equal((odd.Rows, odd.Columns, odd.Samples), (pixels.Rows, pixels.Columns, pixels.SamplesPerPixel));
                found = Hash(pixels);
            }
            catch (DicomPixelException refusal)
            {
                found = refusal.Code;
            }
            // Where there is no exact answer, pixels come out all the same.
            if (expected is null ? found.Length != 64 : found != expected) wrong.Add($"{odd.Name}: {found}");
        }
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    [Fact]
    public void WithoutCodecsTheRestIsDecodedAndTheirsIsRefusedByName()
    {
        foreach (var odd in OddFiles.All().Where(o => o.PixelSha256 is not null && !Refused.ContainsKey(o.Name)))
        {
            var file = DicomFile.Parse(OddFiles.Bytes(odd.Name));
            var pixels = DicomPixelData.Open(file.Dataset, file.TransferSyntax);
            var managed = !odd.TransferSyntax!.StartsWith("1.2.840.10008.1.2.4.", StringComparison.Ordinal);
            Assert.True(pixels.CanDecode == managed, odd.Name);
            if (!managed) Assert.Equal("transfer-syntax-not-decodable", Assert.Throws<DicomPixelException>(() => pixels.DecodeFrame(0)).Code);
        }
    }

    [Fact]
    public void StoredValuesSpanTheKnownRange()
    {
        using var session = modules.Require().OpenSession();
        foreach (var odd in OddFiles.All().Where(o => o is { Min: not null, Samples: 1 } && Decodable.Contains(o.TransferSyntax ?? "")))
        {
            var file = DicomFile.Parse(OddFiles.Bytes(odd.Name));
            var pixels = DicomPixelData.Open(file.Dataset, file.TransferSyntax, session);
            var values = new float[pixels.Rows * pixels.Columns];
            float low = float.MaxValue, high = float.MinValue;
            for (var frame = 0; frame < pixels.NumberOfFrames; frame++)
            {
                pixels.ReadStoredValues(frame, values);
                low = Math.Min(low, values.Min());
                high = Math.Max(high, values.Max());
            }
            Assert.True(((double)low, (double)high) == (odd.Min, odd.Max), $"{odd.Name}: {low} to {high}");
        }
    }

    [Fact]
    public void NamesAreDecodedByTheirCharacterSets()
    {
        foreach (var odd in OddFiles.All().Where(o => o.PatientName is not null))
            Assert.Equal(odd.PatientName, DicomFile.Parse(OddFiles.Bytes(odd.Name)).Dataset.GetString(DicomTag.PatientName));
    }

    [Fact]
    public void AHeaderIsReadFromDiskWithoutThePixels()
    {
        foreach (var odd in OddFiles.All().Where(o => !Refused.ContainsKey(o.Name)))
        {
            var whole = DicomFile.Parse(OddFiles.Bytes(odd.Name));
            var header = DicomFile.Read(OddFiles.PathOf(odd.Name), DicomReadOptions.Header);
            Assert.True(
                whole.Dataset.Select(e => e.Tag).Where(t => t < new DicomTag(0x7FE0, 0x0008)).SequenceEqual(header.Dataset.Select(e => e.Tag)), odd.Name);
            Assert.False(header.Dataset.Contains(DicomTag.PixelData));
        }
    }

    [Fact]
    public void AnItemMayHaveACharacterSetOfItsOwn()
    {
        var own = DicomFile.Parse(OddFiles.Bytes("charset/chrSQEncoding.dcm")).Dataset;
        var item = own.GetItem(DicomTag.RequestedProcedureCodeSequence)!;
        Assert.Equal("やまだ^たろう", PersonName.Parse(item.GetString(DicomTag.PatientName)!).Phonetic);
        var inherited = DicomFile.Parse(OddFiles.Bytes("charset/chrSQEncoding1.dcm")).Dataset.GetItem(DicomTag.RequestedProcedureCodeSequence)!;
        Assert.Equal(item.GetString(DicomTag.PatientName), inherited.GetString(DicomTag.PatientName));
    }

    [Fact]
    public void UnknownSequencesAreItems()
    {
        var dataset = DicomFile.Parse(OddFiles.Bytes("private/UN_sequence.dcm")).Dataset;
        var sequence = Assert.Single(dataset);
        Assert.NotEmpty(sequence.Items);
        Assert.Equal(2, DicomFile.Parse(OddFiles.Bytes("private/private_seq_first_item_empty.dcm")).Dataset.Single(e => e.IsSequence && e.Tag.IsPrivate).Items.Count);
        Assert.True(DicomFile.Parse(OddFiles.Bytes("private/private_seq_bad.dcm")).Dataset.Contains(DicomTag.PixelData));
        Assert.Equal("1.2.840.10008.5.1.4.1.1.2", DicomFile.Parse(OddFiles.Bytes("private/explicit_VR-UN.dcm")).Dataset.GetString(DicomTag.SOPClassUID));
    }

    [Fact]
    public void WhatTheRulesAllowIsReadUnderThem()
    {
        var guess = new DicomReadOptions { MissingMeta = MissingMetaRule.Guess };
        foreach (var name in (string[])["ExplVR_BigEndNoMeta.dcm", "ExplVR_LitEndNoMeta.dcm", "meta_missing_tsyntax.dcm", "jpegls_no_meta.dcm"])
            Assert.NotEmpty(DicomFile.Parse(OddFiles.Bytes("malformed/" + name), guess).Dataset);
        Assert.Equal(DicomTransferSyntax.ExplicitVRBigEndian, DicomFile.Parse(OddFiles.Bytes("malformed/ExplVR_BigEndNoMeta.dcm"), guess).TransferSyntax);

        var partial = new DicomReadOptions { Truncation = TruncationRule.KeepComplete };
        Assert.True(DicomFile.Parse(OddFiles.Bytes("malformed/rtplan_truncated.dcm"), partial).Dataset.Contains(DicomTag.SOPInstanceUID));
        Assert.True(DicomFile.Parse(OddFiles.Bytes("malformed/made/cut_in_value.dcm"), partial).Dataset.Contains(DicomTag.SOPClassUID));
        Assert.Throws<DicomFormatException>(() => DicomFile.Parse(OddFiles.Bytes("malformed/made/deflate_bomb_64mib.dcm"), new DicomReadOptions { MaxInflatedLength = 1 << 20 }));
    }

    private static string Hash(DicomPixelData pixels)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var frame = 0; frame < pixels.NumberOfFrames; frame++) hash.AppendData(pixels.DecodeFrame(frame));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
