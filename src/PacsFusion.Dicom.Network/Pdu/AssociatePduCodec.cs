namespace PacsFusion.Dicom.Network;

/// <summary>Bodies of A-ASSOCIATE-RQ and -AC: PS3.8 sections 9.3.2 and 9.3.3, annex D. Unknown items are passed over, as 9.3.1 asks.</summary>
internal static class AssociatePduCodec
{
    private const byte ApplicationContextItem = 0x10, ProposedContextItem = 0x20, AnsweredContextItem = 0x21, AbstractSyntaxItem = 0x30, TransferSyntaxItem = 0x40, UserItem = 0x50;
    private const byte MaxLengthItem = 0x51, ImplementationClassItem = 0x52, AsyncWindowItem = 0x53, RoleItem = 0x54, ImplementationVersionItem = 0x55, IdentityItem = 0x58, IdentityResponseItem = 0x59;

    public static AssociateRequestPdu DecodeRequest(ReadOnlySpan<byte> body)
    {
        var reader = new WireReader(body);
        var (version, called, calling) = ReadHead(ref reader);
        var application = "";
        var contexts = new List<ProposedPresentationContext>();
        var user = new UserInformation();
        while (!reader.AtEnd)
        {
            var item = reader.Item(out var type);
            if (type == ApplicationContextItem) application = WireReader.Text(item);
            else if (type == ProposedContextItem) contexts.Add(ReadProposal(item));
            else if (type == UserItem) user = ReadUser(item);
        }

        return new AssociateRequestPdu(version, called, calling, application, contexts, user);
    }

    public static AssociateAcceptPdu DecodeAccept(ReadOnlySpan<byte> body)
    {
        var reader = new WireReader(body);
        var (version, called, calling) = ReadHead(ref reader);
        var application = "";
        var contexts = new List<AnsweredContext>();
        var user = new UserInformation();
        while (!reader.AtEnd)
        {
            var item = reader.Item(out var type);
            if (type == ApplicationContextItem) application = WireReader.Text(item);
            else if (type == AnsweredContextItem) contexts.Add(ReadAnswer(item));
            else if (type == UserItem) user = ReadUser(item);
        }

        return new AssociateAcceptPdu(version, called, calling, application, contexts, user);
    }

    public static void Write(WireWriter writer, AssociateRequestPdu pdu)
    {
        WriteHead(writer, pdu.ProtocolVersion, pdu.CalledAeTitle, pdu.CallingAeTitle, pdu.ApplicationContext);
        foreach (var context in pdu.Contexts)
        {
            var item = writer.BeginItem(ProposedContextItem);
            writer.Bytes([context.Id, 0, 0, 0]);
            writer.Item(AbstractSyntaxItem, context.AbstractSyntax);
            foreach (var syntax in context.TransferSyntaxes) writer.Item(TransferSyntaxItem, syntax);
            writer.EndItem(item);
        }

        WriteUser(writer, pdu.User);
    }

    public static void Write(WireWriter writer, AssociateAcceptPdu pdu)
    {
        WriteHead(writer, pdu.ProtocolVersion, pdu.CalledAeTitle, pdu.CallingAeTitle, pdu.ApplicationContext);
        foreach (var context in pdu.Contexts)
        {
            var item = writer.BeginItem(AnsweredContextItem);
            writer.Bytes([context.Id, 0, (byte)context.Result, 0]);
            writer.Item(TransferSyntaxItem, context.TransferSyntax);
            writer.EndItem(item);
        }

        WriteUser(writer, pdu.User);
    }

    private static (ushort Version, string Called, string Calling) ReadHead(ref WireReader reader)
    {
        var version = reader.UInt16();
        reader.Take(2);
        var called = WireReader.AeTitle(reader.Take(16));
        var calling = WireReader.AeTitle(reader.Take(16));
        reader.Take(32);
        return (version, called, calling);
    }

    private static void WriteHead(WireWriter writer, ushort version, string called, string calling, string application)
    {
        writer.UInt16(version);
        writer.Zeros(2);
        writer.AeTitle(called);
        writer.AeTitle(calling);
        writer.Zeros(32);
        writer.Item(ApplicationContextItem, application);
    }

    private static ProposedPresentationContext ReadProposal(ReadOnlySpan<byte> item)
    {
        var reader = new WireReader(item);
        var id = reader.Byte();
        reader.Take(3);
        var abstractSyntax = "";
        var syntaxes = new List<string>();
        while (!reader.AtEnd)
        {
            var value = reader.Item(out var type);
            if (type == AbstractSyntaxItem) abstractSyntax = WireReader.Text(value);
            else if (type == TransferSyntaxItem) syntaxes.Add(WireReader.Text(value));
        }

        return new ProposedPresentationContext(id, abstractSyntax, syntaxes);
    }

    private static AnsweredContext ReadAnswer(ReadOnlySpan<byte> item)
    {
        var reader = new WireReader(item);
        var id = reader.Byte();
        reader.Take(1);
        var result = (PresentationContextResult)reader.Byte();
        reader.Take(1);
        var syntax = "";
        while (!reader.AtEnd)
        {
            var value = reader.Item(out var type);
            if (type == TransferSyntaxItem) syntax = WireReader.Text(value);
        }

        return new AnsweredContext(id, result, syntax);
    }

    private static UserInformation ReadUser(ReadOnlySpan<byte> item)
    {
        var reader = new WireReader(item);
        var user = new UserInformation();
        List<RoleSelection> roles = [];
        List<RawItem> other = [];
        while (!reader.AtEnd)
        {
            var value = reader.Item(out var type);
            var inner = new WireReader(value);
            switch (type)
            {
                case MaxLengthItem:
                    user = user with { MaxPduLength = inner.UInt32() };
                    break;
                case ImplementationClassItem:
                    user = user with { ImplementationClassUid = WireReader.Text(value) };
                    break;
                case ImplementationVersionItem:
                    user = user with { ImplementationVersionName = WireReader.AeTitle(value) };
                    break;
                case AsyncWindowItem:
                    user = user with { AsyncWindow = new AsyncOperationsWindow(inner.UInt16(), inner.UInt16()) };
                    break;
                case RoleItem:
                    var uid = WireReader.Text(inner.Take(inner.UInt16()));
                    roles.Add(new RoleSelection(uid, inner.Byte() != 0, inner.Byte() != 0));
                    break;
                case IdentityItem:
                    var kind = inner.Byte();
                    var answer = inner.Byte() != 0;
                    user = user with { Identity = new UserIdentity(kind, answer, inner.Take(inner.UInt16()).ToArray(), inner.Take(inner.UInt16()).ToArray()) };
                    break;
                case IdentityResponseItem:
                    user = user with { IdentityResponse = inner.Take(inner.UInt16()).ToArray() };
                    break;
                default:
                    other.Add(new RawItem(type, value.ToArray()));
                    break;
            }
        }

        return user with { Roles = roles, Other = other };
    }

    private static void WriteUser(WireWriter writer, UserInformation user)
    {
        var item = writer.BeginItem(UserItem);
        var part = writer.BeginItem(MaxLengthItem);
        writer.UInt32(user.MaxPduLength);
        writer.EndItem(part);
        writer.Item(ImplementationClassItem, user.ImplementationClassUid);
        if (user.AsyncWindow is { } window)
        {
            part = writer.BeginItem(AsyncWindowItem);
            writer.UInt16(window.Invoked);
            writer.UInt16(window.Performed);
            writer.EndItem(part);
        }

        foreach (var role in user.Roles)
        {
            part = writer.BeginItem(RoleItem);
            writer.UInt16((ushort)role.SopClassUid.Length);
            writer.Text(role.SopClassUid);
            writer.Bytes([role.IsScu ? (byte)1 : (byte)0, role.IsScp ? (byte)1 : (byte)0]);
            writer.EndItem(part);
        }

        if (user.ImplementationVersionName is { } version) writer.Item(ImplementationVersionItem, version);
        foreach (var raw in user.Other)
        {
            part = writer.BeginItem(raw.Type);
            writer.Bytes(raw.Data.Span);
            writer.EndItem(part);
        }

        if (user.Identity is { } identity)
        {
            part = writer.BeginItem(IdentityItem);
            writer.Bytes([identity.Kind, identity.ResponseRequested ? (byte)1 : (byte)0]);
            WriteField(writer, identity.Primary.Span);
            WriteField(writer, identity.Secondary.Span);
            writer.EndItem(part);
        }

        if (user.IdentityResponse is { } response)
        {
            part = writer.BeginItem(IdentityResponseItem);
            WriteField(writer, response.Span);
            writer.EndItem(part);
        }

        writer.EndItem(item);
    }

    private static void WriteField(WireWriter writer, ReadOnlySpan<byte> value)
    {
        if (value.Length > ushort.MaxValue) throw new ArgumentException("A user identity field cannot be longer than 65535 bytes.");
        writer.UInt16((ushort)value.Length);
        writer.Bytes(value);
    }
}
