//! The publications of the methods, as citations and as BibTeX.

/// A publication of a method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reference {
    /// Key in BibTeX.
    pub key: &'static str,
    /// Authors, as BibTeX has them.
    pub authors: &'static str,
    /// Title, as in BibTeX: capitals that must stay are in braces.
    pub title: &'static str,
    /// Journal.
    pub journal: &'static str,
    /// Year.
    pub year: u16,
    /// Volume.
    pub volume: &'static str,
    /// Pages.
    pub pages: &'static str,
}

macro_rules! references {
    ($($name:ident = $key:literal, $authors:literal, $title:literal, $journal:literal, $year:literal, $volume:literal, $pages:literal;)*) => {
        $(#[doc = $title]
        pub const $name: Reference = Reference {
            key: $key, authors: $authors, title: $title, journal: $journal, year: $year, volume: $volume, pages: $pages,
        };)*
    };
}

references! {
    CLOPPER = "clopper1934", "Clopper, C. J. and Pearson, E. S.", "The use of confidence or fiducial limits illustrated in the case of the binomial", "Biometrika", 1934, "26", "404--413";
    WILSON = "wilson1927", "Wilson, Edwin B.", "Probable inference, the law of succession, and statistical inference", "Journal of the American Statistical Association", 1927, "22", "209--212";
    FISHER = "fisher1935", "Fisher, R. A.", "The logic of inductive inference", "Journal of the Royal Statistical Society", 1935, "98", "39--82";
    FREEMAN = "freeman1951", "Freeman, G. H. and Halton, J. H.", "Note on an exact treatment of contingency, goodness of fit and other problems of significance", "Biometrika", 1951, "38", "141--149";
    NEWCOMBE = "newcombe1998", "Newcombe, Robert G.", "Interval estimation for the difference between independent proportions: comparison of eleven methods", "Statistics in Medicine", 1998, "17", "873--890";
    MANTEL_HAENSZEL = "mantel1959", "Mantel, Nathan and Haenszel, William", "Statistical aspects of the analysis of data from retrospective studies of disease", "Journal of the National Cancer Institute", 1959, "22", "719--748";
    KAPLAN = "kaplan1958", "Kaplan, E. L. and Meier, Paul", "Nonparametric estimation from incomplete observations", "Journal of the American Statistical Association", 1958, "53", "457--481";
    BROOKMEYER = "brookmeyer1982", "Brookmeyer, Ron and Crowley, John", "A confidence interval for the median survival time", "Biometrics", 1982, "38", "29--41";
    SCHEMPER = "schemper1996", "Schemper, Michael and Smith, Terry L.", "A note on quantifying follow-up in studies of failure time", "Controlled Clinical Trials", 1996, "17", "343--346";
    MANTEL = "mantel1966", "Mantel, Nathan", "Evaluation of survival data and two new rank order statistics arising in its consideration", "Cancer Chemotherapy Reports", 1966, "50", "163--170";
    ANDERSON = "anderson1983", "Anderson, James R. and Cain, Kevin C. and Gelber, Richard D.", "Analysis of survival by tumor response", "Journal of Clinical Oncology", 1983, "1", "710--719";
    SUISSA = "suissa2008", "Suissa, Samy", "Immortal time bias in pharmacoepidemiology", "American Journal of Epidemiology", 2008, "167", "492--499";
    COX = "cox1972", "Cox, D. R.", "Regression models and life-tables", "Journal of the Royal Statistical Society: Series B", 1972, "34", "187--220";
    EFRON = "efron1977", "Efron, Bradley", "The efficiency of Cox's likelihood function for censored data", "Journal of the American Statistical Association", 1977, "72", "557--565";
    HEINZE = "heinze2001", "Heinze, Georg and Schemper, Michael", "A solution to the problem of monotone likelihood in Cox regression", "Biometrics", 2001, "57", "114--119";
    GRAMBSCH = "grambsch1994", "Grambsch, Patricia M. and Therneau, Terry M.", "Proportional hazards tests and diagnostics based on weighted residuals", "Biometrika", 1994, "81", "515--526";
    AALEN = "aalen1978", "Aalen, Odd O. and Johansen, S{\\o}ren", "An empirical transition matrix for non-homogeneous Markov chains based on censored observations", "Scandinavian Journal of Statistics", 1978, "5", "141--150";
    GRAY = "gray1988", "Gray, Robert J.", "A class of K-sample tests for comparing the cumulative incidence of a competing risk", "The Annals of Statistics", 1988, "16", "1141--1154";
    STIJNEN = "stijnen2010", "Stijnen, Theo and Hamza, Taye H. and {\\\"O}zdemir, Pinar", "Random effects meta-analysis of event outcome in the framework of the generalized linear mixed model with applications in sparse data", "Statistics in Medicine", 2010, "29", "3046--3067";
    COHEN = "cohen1960", "Cohen, Jacob", "A coefficient of agreement for nominal scales", "Educational and Psychological Measurement", 1960, "20", "37--46";
    FLEISS = "fleiss1969", "Fleiss, Joseph L. and Cohen, Jacob and Everitt, B. S.", "Large sample standard errors of kappa and weighted kappa", "Psychological Bulletin", 1969, "72", "323--327";
    MANN = "mann1947", "Mann, H. B. and Whitney, D. R.", "On a test of whether one of two random variables is stochastically larger than the other", "The Annals of Mathematical Statistics", 1947, "18", "50--60";
    KRUSKAL = "kruskal1952", "Kruskal, William H. and Wallis, W. Allen", "Use of ranks in one-criterion variance analysis", "Journal of the American Statistical Association", 1952, "47", "583--621";
    HOLM = "holm1979", "Holm, Sture", "A simple sequentially rejective multiple test procedure", "Scandinavian Journal of Statistics", 1979, "6", "65--70";
    BENJAMINI = "benjamini1995", "Benjamini, Yoav and Hochberg, Yosef", "Controlling the false discovery rate: a practical and powerful approach to multiple testing", "Journal of the Royal Statistical Society: Series B", 1995, "57", "289--300";
}

impl Reference {
    /// As an entry of BibTeX.
    #[must_use]
    pub fn bibtex(&self) -> String {
        format!(
            "@article{{{},\n  author = {{{}}},\n  title = {{{}}},\n  journal = {{{}}},\n  year = {{{}}},\n  volume = {{{}}},\n  pages = {{{}}}\n}}\n",
            self.key, self.authors, self.title, self.journal, self.year, self.volume, self.pages
        )
    }

    /// As a line of a list.
    #[must_use]
    pub fn citation(&self) -> String {
        let authors = self
            .authors
            .replace(" and ", "; ")
            .replace("{\\o}", "ø")
            .replace("{\\\"O}", "Ö");
        format!(
            "{authors}. {}. {} {};{}:{}.",
            self.title,
            self.journal,
            self.year,
            self.volume,
            self.pages.replace("--", "–")
        )
    }
}
