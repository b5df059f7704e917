//! Our own terms, declared in `ontology/casegraph.ttl`.
//!
//! The properties of sheet columns are not listed here: `ontology/sheets.toml` names them.

super::terms! { "https://w3id.org/casegraph/ontology#";
    /// A patient as published.
    CASE = "Case";
    /// A gene fusion of a case.
    GENE_FUSION = "GeneFusion";
    /// Another molecular finding of a case.
    ALTERATION_CLASS = "Alteration";
    /// A treatment episode of a case.
    TREATMENT = "Treatment";
    /// An adverse event of a case.
    ADVERSE_EVENT = "AdverseEvent";
    /// Last known status of a case.
    FOLLOW_UP = "FollowUp";
    /// From a case to its fusion.
    HAS_FUSION = "hasFusion";
    /// From a case to the gene with which its fusions were made.
    FUSION_PARTNER = "fusionPartner";
    /// Fusions of one case with several genes.
    SEVERAL_PARTNERS = "severalPartners";
    /// A partner that was looked for and not identified.
    PARTNER_NOT_IDENTIFIED = "partnerNotIdentified";
    /// From a case to another molecular finding.
    HAS_ALTERATION = "hasAlteration";
    /// From a case to a treatment episode.
    HAS_TREATMENT = "hasTreatment";
    /// From a treatment episode to one that began later, where that is stated.
    BEFORE = "before";
    /// Between treatment episodes of which it is not stated which began first.
    UNORDERED_WITH = "unorderedWith";
    /// The place of a treatment episode in the order of all of its case.
    POSITION = "position";
    /// From a treatment episode to the drug or chemotherapy episode that came next.
    NEXT = "next";
    /// From the first treatment episode of a case with a drug or class of drugs to that.
    FIRST_OF = "firstOf";
    /// Treatment episodes any of which may have been the first, taken as one.
    UNORDERED_TREATMENTS = "UnorderedTreatments";
    /// A kind of treatment that a source states was not given to a case.
    TREATMENT_NOT_GIVEN = "treatmentNotGiven";
    /// Whether a primary source on a case's treatments was read in full.
    TREATMENTS_READ_IN_FULL = "treatmentsReadInFull";
    /// From a case to an adverse event.
    HAS_ADVERSE_EVENT = "hasAdverseEvent";
    /// From a case to its follow-up.
    HAS_FOLLOW_UP = "hasFollowUp";
    /// From an event to its case.
    OF_CASE = "ofCase";
    /// Number of an event within its case.
    ITEM = "item";
    /// The key of a case.
    CASE_KEY = "caseKey";
    /// The study of a case, publication or cohort.
    IN_STUDY = "inStudy";
    /// Records that the search of a study found in databases.
    RECORDS_FROM_DATABASES = "recordsFromDatabases";
    /// Records found otherwise.
    RECORDS_FROM_ELSEWHERE = "recordsFromElsewhere";
    /// Records that a search found, wherever.
    RECORDS_IDENTIFIED = "recordsIdentified";
    /// Records that are still to be screened.
    RECORDS_NOT_SCREENED = "recordsNotScreened";
    /// A reason for which reports were left out after reading.
    REPORT_EXCLUSION = "ReportExclusion";
    /// How many reports were left out after reading for a reason.
    REPORTS_EXCLUDED = "reportsExcluded";
    /// Records that were there twice.
    RECORDS_DUPLICATE = "recordsDuplicate";
    /// Records removed for other reasons before screening.
    RECORDS_REMOVED = "recordsRemoved";
    /// Records screened.
    RECORDS_SCREENED = "recordsScreened";
    /// Records left out by screening.
    RECORDS_EXCLUDED = "recordsExcluded";
    /// Reports whose text was sought.
    REPORTS_SOUGHT = "reportsSought";
    /// Reports that could not be had.
    REPORTS_NOT_RETRIEVED = "reportsNotRetrieved";
    /// The main report of a case.
    MAIN_PUBLICATION = "mainPublication";
    /// The cohort of a case.
    IN_COHORT = "inCohort";
    /// Type of a procedure, in the source's words.
    PROCEDURE = "procedure";
    /// A set of cases.
    COHORT = "Cohort";
    /// Whether a cohort's cases count in analyses.
    COUNTED = "counted";
    /// A case's place in a cohort.
    COHORT_MEMBERSHIP = "CohortMembership";
    /// The case of a membership.
    MEMBER = "member";
    /// The cohort of a membership.
    OF_COHORT = "ofCohort";
    /// Case number in the source of the cohort.
    NUMBER_IN_SOURCE = "numberInSource";
    /// Whether a membership is stated or inferred.
    BASIS = "basis";
    /// A cell of a claim that could not be read as a number.
    NOT_READ = "notRead";
    /// Why a case belongs to a cohort, or why a curator decided so.
    REASON = "reason";
    /// A value that things lack, with the reason.
    MISSING_VALUE = "MissingValue";
    /// From a thing to a missing value.
    MISSING = "missing";
    /// The property that something is about.
    OF_PROPERTY = "ofProperty";
    /// Why a value is missing.
    MISSING_REASON = "missingReason";
    /// A property whose consensus value rests on derived reports alone.
    DERIVED_VALUE = "derivedValue";
    /// A property whose value was inferred, not observed.
    INFERRED_VALUE = "inferredValue";
    /// Reports that do not say the same.
    CONFLICT = "Conflict";
    /// Reports of which one is more precise than another that fits it.
    REFINEMENT = "Refinement";
    /// The thing that a report, conflict or decision is about.
    ABOUT = "about";
    /// The case of a conflict.
    ON_CASE = "onCase";
    /// How a conflict was dealt with.
    RESOLUTION = "resolution";
    /// The value taken, as text.
    CHOSEN = "chosen";
    /// From a conflict to what a source says.
    HAS_REPORT = "hasReport";
    /// What a report of a conflict says, as people read it.
    SAID = "said";
    /// A curator's ruling on reports that contradict each other.
    DECISION = "Decision";
    /// From a case to the one that is the same patient and stays.
    SAME_PATIENT_AS = "samePatientAs";
    /// From a case to another one that is not the same patient.
    DIFFERENT_PATIENT_FROM = "differentPatientFrom";
    /// From a case that may be the same patient to the one beside which it is shown.
    SUSPECTED_DUPLICATE_OF = "suspectedDuplicateOf";
    /// The other case of a ruling on patients.
    OTHER_CASE = "otherCase";
    /// Who ruled or curates.
    CURATOR = "curator";
    /// A source: an article, a trial record, a letter, a database.
    PUBLICATION = "Publication";
    /// First author, as `publications.csv` has it.
    FIRST_AUTHOR = "firstAuthor";
    /// Year of publication.
    YEAR = "year";
    /// Journal, or the site where it was published.
    JOURNAL = "journal";
    /// Volume and pages, as one text.
    VOLUME_PAGES = "volumePages";
    /// Digital object identifier.
    DOI = "doi";
    /// PubMed identifier.
    PMID = "pmid";
    /// PubMed Central identifier.
    PMCID = "pmcid";
    /// Kind of source, such as a case report.
    PUBLICATION_KIND = "publicationKind";
    /// How far a source was read.
    READING_DEPTH = "readingDepth";
    /// Reference number in the review.
    REVIEW_REFERENCE = "reviewReference";
    /// Remark of a curator.
    NOTE = "note";
    /// How far a curator is with a row.
    CURATION_STATE = "curationState";
    /// Whether a report is weighed into the consensus; said of those that are not.
    WEIGHED = "weighed";
    /// A study: sheets that were curated together.
    STUDY = "Study";
    /// What one source states about one thing.
    REPORT = "Report";
    /// The sheet of a report.
    IN_SHEET = "inSheet";
    /// Heading of a column that a study adds.
    COLUMN = "column";
    /// Unit of a value, or of all values of a property.
    UNIT = "unit";
    /// Where in the source.
    LOCATOR = "locator";
    /// Stated, derived or weak.
    CERTAINTY = "certainty";
    /// The source's own words.
    VERBATIM = "verbatim";
    /// A property that the source was searched for in vain.
    NOT_REPORTED = "notReported";
    /// A property that cannot apply.
    NOT_APPLICABLE = "notApplicable";
    /// A pooled statement of a review.
    CLAIM = "Claim";
    /// A group statement of a series or trial.
    SERIES_STATEMENT = "SeriesStatement";
    /// The source of a claim or statement.
    SOURCE = "source";
    /// The publication that a group statement is about.
    ABOUT_PUBLICATION = "aboutPublication";
    /// One reader's appraisal of a publication.
    APPRAISAL = "Appraisal";
    /// Who answered the questions of an appraisal.
    APPRAISER = "appraiser";
    /// The answer of an appraisal to a question.
    HAS_ANSWER = "hasAnswer";
    /// An answer of an appraisal.
    APPRAISAL_ANSWER = "AppraisalAnswer";
    /// The question that is answered.
    QUESTION = "question";
    /// The domain of the question.
    DOMAIN = "domain";
    /// The answer to a question of an appraisal.
    ANSWER = "answer";
    /// A named graph of statements of others.
    EXTERNAL_SOURCE = "ExternalSource";
    /// SHA-256 of the file that a source was read from.
    SHA256 = "sha256";
    /// Whether everything of a source was loaded.
    WHOLE = "whole";
    /// How many lines of a source were left out.
    SKIPPED_LINES = "skippedLines";
    /// A gene as a table of genes has it.
    GENE_RECORD = "GeneRecord";
    /// The current symbol of a gene.
    SYMBOL = "symbol";
    /// A symbol that a gene had before.
    PREVIOUS_SYMBOL = "previousSymbol";
    /// Another symbol of a gene.
    ALIAS_SYMBOL = "aliasSymbol";
    /// A name of a gene without what people write differently.
    NAME_KEY = "nameKey";
    /// From a concept to itself and everything above it.
    UNDER = "under";
    /// A concept's code, or else its label.
    DISPLAY = "display";
    /// A term that a term is a kind of, or a part of.
    WITHIN = "within";
    /// Where a gene lies on its chromosome.
    CYTOGENETIC_LOCATION = "cytogeneticLocation";
    /// The kind of a gene.
    GENE_KIND = "geneKind";
    /// The species of a gene.
    TAXON = "taxon";
    /// The gene of an annotation.
    ANNOTATED_GENE = "annotatedGene";
    /// The term of an annotation.
    ANNOTATED_WITH = "annotatedWith";
    /// The term of an annotation that says that it does not hold.
    NOT_ANNOTATED_WITH = "notAnnotatedWith";
    /// The relation of an annotation.
    ANNOTATION_RELATION = "annotationRelation";
    /// The evidence code of an annotation.
    EVIDENCE_CODE = "evidenceCode";
    /// What the evidence of an annotation rests on.
    EVIDENCE_FROM = "evidenceFrom";
    /// Who made an annotation.
    ASSIGNED_BY = "assignedBy";
    /// Conditions of an annotation.
    ANNOTATION_EXTENSION = "annotationExtension";
    /// The one sex that has a site, or can have a histology.
    ONLY_IN_SEX = "onlyInSex";
    /// A word of the response vocabulary that gives no category.
    UNCATEGORISED = "uncategorised";
    /// Whether a vital status means that the patient died.
    MEANS_DEATH = "meansDeath";
    /// A concept for something that its source does not name.
    UNNAMED = "unnamed";
    /// A named graph of the store.
    NAMED_GRAPH = "NamedGraph";
    /// Whether a named graph is part of a query's default graph.
    IN_DEFAULT_GRAPH = "inDefaultGraph";
    /// Where one case stands in the result of an analysis.
    LEDGER_ENTRY = "LedgerEntry";
    /// The analysis of a ledger entry.
    OF_ANALYSIS = "ofAnalysis";
    /// numerator, denominator or excluded.
    STANDING = "standing";
}
