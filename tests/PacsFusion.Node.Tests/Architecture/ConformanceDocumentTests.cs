using System.Globalization;
using System.Text.RegularExpressions;
using PacsFusion.Dicom;
using PacsFusion.Dicom.Codecs;
using PacsFusion.Dicom.Network;
using PacsFusion.Node.Deliver;
using PacsFusion.Node.Deliver.Internal;
using PacsFusion.Node.Ledger;
using PacsFusion.Node.Receive;

namespace PacsFusion.Tests.Architecture;

/// <summary>docs/conformance.md says what the program does: its reason codes, statuses, limits and names are read here and held against the code.</summary>
public sealed partial class ConformanceDocumentTests
{
    private static readonly string Text = File.ReadAllText(Path.Combine(SharedData.RepositoryRoot, "docs", "conformance.md"));

    /// <summary>Cells of every table row.</summary>
    private static readonly string[][] Rows =
        [.. Text.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Select(line => line.Trim().Trim('|').Split('|').Select(cell => cell.Trim()).ToArray())];

    public static TheoryData<string> ReceiveCodes => [.. ReceiveReasons.All.Select(reason => reason.Code)];

    public static TheoryData<string> DeliverCodes => [.. DeliverReasons.All.Select(reason => reason.Code)];

    [Theory]
    [MemberData(nameof(ReceiveCodes))]
    public void EveryRefusalOfCStoreStandsBesideItsStatus(string code)
    {
        var reason = ReceiveReasons.All.Single(r => r.Code == code);
        if (reason == ReceiveReasons.DirectoryInUse || reason == ReceiveReasons.DirectoryUnwritable)
        {
            Assert.Contains($"`{code}`", Text, StringComparison.Ordinal);
            return;
        }

        var row = Assert.Single(Rows, cells => cells.Length == 3 && cells[1] == $"`{code}`");
        Assert.Equal(Hex(ReceiveStage.StatusOf(reason)), row[0]);
    }

    [Theory]
    [MemberData(nameof(DeliverCodes))]
    public void EveryReasonOfDeliverIsNamed(string code) => Assert.Contains($"`{code}`", Text, StringComparison.Ordinal);

    [Fact]
    public void EveryAnswerOfADestinationIsJudgedAsWritten()
    {
        var codes = DeliverReasons.All.Select(reason => $"`{reason.Code}`").ToHashSet(StringComparer.Ordinal);
        var verdicts = new Dictionary<string, SendVerdict> { ["done"] = SendVerdict.Sent, ["tried again"] = SendVerdict.Later, ["dead letter"] = SendVerdict.Never };
        var seen = new HashSet<SendVerdict>();
        foreach (var row in Rows.Where(cells => cells.Length == 3 && codes.Contains(cells[1])))
            foreach (System.Text.RegularExpressions.Match status in Status().Matches(row[0]))
            {
                var result = StoreScuSender.Judge("1.2", new DimseStatus(ushort.Parse(status.Groups[1].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture)));
                Assert.Equal((row[1], verdicts[row[2]]), ($"`{result.Reason.Code}`", result.Verdict));
                seen.Add(result.Verdict);
            }
        Assert.Equal(3, seen.Count);
    }

    [Fact]
    public void EveryStatusOfTheServerIsNamed()
    {
        foreach (var status in (DimseStatus[])[DimseStatus.Success, DimseStatus.OutOfResources, DimseStatus.CannotUnderstand, DimseStatus.ProcessingFailure])
            Assert.Contains(Rows, cells => cells[0] == Hex(status));
        Assert.Contains($"**Any other command**: {Hex(DimseStatus.UnrecognizedOperation)}", Text, StringComparison.Ordinal);
    }

    [Fact]
    public void EveryRejectionIsNamed()
    {
        foreach (var rejection in (AssociationRejection[])
                 [
                     AssociationRejection.NoReason, AssociationRejection.ApplicationContextNotSupported, AssociationRejection.CallingAeTitleNotRecognized,
                     AssociationRejection.CalledAeTitleNotRecognized, AssociationRejection.ProtocolVersionNotSupported, AssociationRejection.TemporaryCongestion,
                     AssociationRejection.LocalLimitExceeded,
                 ])
            Assert.Single(Rows, cells => cells[0] == $"{rejection.Result}/{rejection.Source}/{rejection.Reason}");
    }

    [Fact]
    public void LimitsAreThoseOfTheCode()
    {
        var server = new DicomServerOptions();
        var receive = PacsFusion.Node.Configuration.ConfigurationLoader.Load(null, [], new Dictionary<string, string>()).Value!;
        var client = DicomClientOptions.Default;
        var reading = DicomReadOptions.Default;
        Says("Application context", DicomUid.ApplicationContext);
        Says("Implementation Class UID", DicomUid.ImplementationClass);
        Says("Implementation Version Name", DicomUid.ImplementationVersionName);
        Says("Longest P-DATA-TF received", $"{server.MaxPduLength} bytes");
        Says("Longest A-ASSOCIATE-RQ", $"{server.MaxAssociateRequestLength} bytes");
        Says("Longest command set", $"{server.MaxCommandLength} bytes");
        Says("Longest data set", $"{server.MaxDataSetLength} bytes");
        Says("Connections at once", $"{server.MaxConnections}");
        Says("Time for the A-ASSOCIATE-RQ (ARTIM)", Seconds(server.RequestTimeout));
        Says("Least rate within a message", $"{server.MinDataRate} bytes per second over {Seconds(server.MinDataRateWindow)} of waiting");
        Says("Time for the peer to close after the end", Seconds(server.LingerTimeout));
        Says("Time for open associations when the node stops", Seconds(new ReceiveOptions().DrainTime));
        Says("Associations at once", $"{receive.Receive.MaxAssociations} (`receive.maxAssociations`)");
        Says("Associations at once, per calling AE title and address", $"{receive.Receive.MaxAssociationsPerPeer} (`receive.maxAssociationsPerPeer`)");
        Says("Silence of the peer", $"{Seconds(receive.Receive.IdleTimeout)} (`receive.idleTimeout`)");
        Says("TCP connection", Seconds(client.ConnectTimeout));
        Says("Answer to A-ASSOCIATE-RQ and A-RELEASE-RQ", Seconds(client.AssociationTimeout));
        Says("Answer to each C-STORE", Seconds(client.ResponseTimeout));
        Assert.Contains($"deeper than {reading.MaxDepth}, more than {reading.MaxElements} elements, a deflated data set above {reading.MaxInflatedLength} bytes", Text, StringComparison.Ordinal);
        Assert.Contains($"at most {new DeliverOptions().BatchSize} objects", Text, StringComparison.Ordinal);
        Assert.Contains($"all {DicomUid.StorageSopClasses.Count} storage SOP classes", Text, StringComparison.Ordinal);
        Assert.Contains($"all {DicomTransferSyntax.All.Count} of the dictionary", Text, StringComparison.Ordinal);
    }

    [Fact]
    public void EveryCodeThatIsNamedIsOnTheList()
    {
        var kebab = Regex.Matches(Text, "`([a-z0-9]+(?:-[a-z0-9]+)+)`").Select(match => match.Groups[1].Value).Where(code => code != "idle-timeout").ToList();
        Assert.True(kebab.Count > 30);
        Assert.All(kebab, code => Assert.True(PacsFusion.Node.Cli.ReasonList.Find(code) is not null, code));
    }

    [Fact]
    public void EveryCharacterSetThatIsNamedIsRead()
    {
        var line = Text.Split('\n').Single(l => l.StartsWith("Character sets read:", StringComparison.Ordinal));
        var terms = Regex.Matches(line, "`([^`]+)`").Select(match => match.Groups[1].Value).ToList();
        Assert.True(terms.Count > 20);
        Assert.All(terms, term => Assert.True(DicomCharacterSet.Parse([term]).IsKnown, term));
    }

    [Fact]
    public void TheSyntaxesThatAreFusedAreThoseThatMatchTakes()
    {
        var paragraph = Text.Split('\n').Single(l => l.StartsWith("**What is fused**", StringComparison.Ordinal));
        foreach (var syntax in DicomTransferSyntax.All)
            Assert.Equal(CanDecode(syntax), paragraph.Contains(syntax.Name.Replace(" (Retired)", "", StringComparison.Ordinal), StringComparison.Ordinal));

        static bool CanDecode(DicomTransferSyntax syntax) =>
            SeriesDescriptor.FromHeaders([new DicomDataset().Set(DicomTag.SOPInstanceUID, "1.2")], new SeriesOrigin("p", "AE", "", [syntax.Uid], new ModuleSyntaxes())).CanDecode;
    }

    /// <summary>What the codec module decodes, whether it is installed here or not.</summary>
    private sealed class ModuleSyntaxes : IFrameCodecs
    {
        public bool CanDecode(DicomTransferSyntax syntax) => CodecModule.Knows(syntax);

        public bool CanEncode(DicomTransferSyntax syntax) => false;

        public IFrameCodecSession OpenSession() => throw new NotSupportedException();
    }

    private static void Says(string item, string value) => Assert.Equal(value, Assert.Single(Rows, cells => cells[0] == item)[1]);

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds} s");

    private static string Hex(DimseStatus status) => string.Create(CultureInfo.InvariantCulture, $"{status.Code:X4}H");

    [GeneratedRegex("([0-9A-F]{4})H")]
    private static partial Regex Status();
}
