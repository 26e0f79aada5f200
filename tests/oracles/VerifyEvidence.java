// BouncyCastle judges evidence records (RFC 4998), all cases below a folder in one JVM.
//
//     java -cp bcpkix.jar:bcutil.jar:bcprov.jar VerifyEvidence.java FOLDER
//
// A case is a folder with record.ers and, in files/, the data group. For each a line:
// NAME<tab>right, or NAME<tab>wrong: and why.

import java.io.File;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.bouncycastle.tsp.ers.ERSByteData;
import org.bouncycastle.tsp.ers.ERSData;
import org.bouncycastle.tsp.ers.ERSDataGroup;
import org.bouncycastle.tsp.ers.ERSEvidenceRecord;

public class VerifyEvidence {
    public static void main(String[] arguments) throws Exception {
        File[] cases = new File(arguments[0]).listFiles(File::isDirectory);
        Arrays.sort(cases);
        for (File each : cases) {
            System.out.println(each.getName() + "\t" + verdict(each));
        }
    }

    static String verdict(File folder) {
        try {
            byte[] data = Files.readAllBytes(new File(folder, "record.ers").toPath());
            ERSEvidenceRecord record =
                new ERSEvidenceRecord(data, new JcaDigestCalculatorProviderBuilder().build());
            record.validatePresent(group(new File(folder, "files")), new Date());
            record.validate(
                new JcaSimpleSignerInfoVerifierBuilder().build(record.getSigningCertificate()));
            return "right";
        } catch (Exception fault) {
            return "wrong: " + fault;
        }
    }

    static ERSData group(File folder) throws Exception {
        List<ERSData> files = new ArrayList<>();
        for (File each : folder.listFiles()) {
            files.add(new ERSByteData(Files.readAllBytes(each.toPath())));
        }
        return files.size() == 1 ? files.get(0) : new ERSDataGroup(files);
    }
}
