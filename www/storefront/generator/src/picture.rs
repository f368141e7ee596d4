//! Which drawing shows a product: what the catalog names, made more exact by the product's name, and what stands
//! on its label.

/// Finer drawings: what the catalog names, the beginning of a word in the product's name, what is drawn then.
const FINER: [(&str, &str, &str); 75] = [
    ("bottle", "wine", "wine"),
    ("bottle", "beer", "beer"),
    ("bottle", "water", "water"),
    ("bottle", "ketchup", "squeeze"),
    ("bottle", "mustard", "squeeze"),
    ("bottle", "syrup", "squeeze"),
    ("bottle", "topping", "squeeze"),
    ("bottle", "barbecue", "squeeze"),
    ("bottle", "soap", "pump"),
    ("bottle", "wash", "pump"),
    ("bottle", "cleaner", "pump"),
    ("bottle", "gel", "pump"),
    ("bottle", "sauce", "flask"),
    ("bottle", "dressing", "flask"),
    ("bottle", "vinegar", "flask"),
    ("bottle", "marinade", "flask"),
    ("bottle", "vanilla", "flask"),
    ("bottle", "oil", "flask"),
    ("bottle", "lemon", "flask"),
    ("box", "dinner", "tray"),
    ("box", "entr", "tray"),
    ("box", "frozen", "tray"),
    ("box", "sandwich bags", "packet"),
    ("box", "sandwich", "tray"),
    ("box", "fish sticks", "tray"),
    ("box", "pizza", "tray"),
    ("box", "strudel", "tray"),
    ("box", "lunch", "tray"),
    ("box", "snack cakes", "tray"),
    ("box", "taco", "tray"),
    ("box", "pie crust", "tray"),
    ("box", "cooked", "tray"),
    ("box", "foil", "packet"),
    ("box", "wrap", "packet"),
    ("box", "wax", "packet"),
    ("box", "bags", "packet"),
    ("box", "napkins", "packet"),
    ("box", "tissues", "packet"),
    ("box", "sheets", "packet"),
    ("box", "wipes", "packet"),
    ("box", "tea", "packet"),
    ("box", "gelatin", "packet"),
    ("box", "pudding", "packet"),
    ("box", "soap", "packet"),
    ("box", "candles", "packet"),
    ("box", "relief", "packet"),
    ("box", "antacid", "packet"),
    ("box", "cough", "packet"),
    ("box", "filters", "packet"),
    ("box", "baking c", "packet"),
    ("bag", "flour", "sack"),
    ("bag", "sugar", "sack"),
    ("bag", "dry cat", "sack"),
    ("bag", "dry dog", "sack"),
    ("bag", "clumping", "sack"),
    ("bag", "charcoal", "sack"),
    ("bag", "cornmeal", "sack"),
    ("can", "coffee", "drum"),
    ("can", "canned nuts", "drum"),
    ("fruit", "pear", "pear"),
    ("fruit", "peach", "peach"),
    ("fruit", "nectarine", "peach"),
    ("fruit", "plum", "plum"),
    ("fruit", "kiwi", "kiwi"),
    ("fruit", "mango", "mango"),
    ("fruit", "cherr", "cherry"),
    ("berries", "blue", "blueberry"),
    ("berries", "black", "blueberry"),
    ("root", "onion", "onion"),
    ("root", "garlic", "onion"),
    ("cucumber", "green bean", "greenbean"),
    ("leaf", "celery", "celery"),
    ("leaf", "asparagus", "celery"),
    ("bread", "loaf", "loaf"),
    ("icecream", "ice cream p", "pint"),
];

/// Packages with a label to draw on.
const LABELLED: [&str; 26] = [
    "bottle", "water", "wine", "beer", "flask", "squeeze", "pump", "can", "drum", "tin", "pack", "box", "tray",
    "packet", "bag", "sack", "jar", "jug", "carton", "tub", "cup", "tube", "canister", "shaker", "spray", "pint",
];

/// What stands on a label, by the beginning of a word in the product's name: the first that is found.
const LABELS: [(&str, &str); 112] = [
    ("coffee filter", "coffee"),
    ("coffee", "coffee"),
    ("cocoa", "cocoa"),
    ("hot chocolate", "cocoa"),
    ("chocolate chip", "cookie"),
    ("chocolate", "cocoa"),
    ("brownie", "cocoa"),
    ("tomato", "tomato"),
    ("ketchup", "tomato"),
    ("salsa", "tomato"),
    ("pasta sauce", "tomato"),
    ("sloppy", "tomato"),
    ("taco", "tortilla"),
    ("tortilla", "tortilla"),
    ("burrito", "tortilla"),
    ("chili", "chili"),
    ("hot ", "chili"),
    ("barbecue", "chili"),
    ("spices", "chili"),
    ("pepper", "pepper"),
    ("green bean", "greenbean"),
    ("bean", "bean"),
    ("tea", "leaf"),
    ("pizza", "pizza"),
    ("nugget", "nuggets"),
    ("chicken", "chicken"),
    ("stuffing", "chicken"),
    ("gravy", "chicken"),
    ("beef", "steak"),
    ("steak", "steak"),
    ("skillet", "steak"),
    ("vienna", "sausage"),
    ("breakfast sand", "bun"),
    ("sandwich", "bun"),
    ("lunch", "ham"),
    ("fish", "fish"),
    ("tuna", "fish"),
    ("salmon", "fish"),
    ("seafood", "fish"),
    ("cat", "paw"),
    ("dog", "paw"),
    ("clumping", "paw"),
    ("cheese", "cheese"),
    ("parmesan", "cheese"),
    ("ricotta", "cheese"),
    ("macaroni", "cheese"),
    ("cookie", "cookie"),
    ("graham", "cookie"),
    ("pie", "cake"),
    ("cake", "cake"),
    ("frosting", "cake"),
    ("muffin", "cake"),
    ("ice cream", "icecream"),
    ("whipped", "icecream"),
    ("soup", "bowl"),
    ("broth", "bowl"),
    ("cereal", "bowl"),
    ("oat", "bowl"),
    ("grits", "bowl"),
    ("noodle", "bowl"),
    ("rice", "bowl"),
    ("meal", "bowl"),
    ("pasta", "pasta"),
    ("dinner", "bowl"),
    ("entr", "bowl"),
    ("fries", "root"),
    ("potato", "root"),
    ("yam", "root"),
    ("chip", "chip"),
    ("popcorn", "corn"),
    ("popped", "corn"),
    ("corn", "corn"),
    ("pineapple", "pineapple"),
    ("orange", "citrus"),
    ("lemon", "citrus"),
    ("citrus", "citrus"),
    ("mandarin", "citrus"),
    ("apple", "fruit"),
    ("pear", "pear"),
    ("peach", "peach"),
    ("cherr", "cherry"),
    ("grape", "grapes"),
    ("raisin", "grapes"),
    ("wine", "grapes"),
    ("olive", "plum"),
    ("pickle", "cucumber"),
    ("relish", "cucumber"),
    ("mushroom", "mushroom"),
    ("carrot", "carrot"),
    ("peas", "greenbean"),
    ("garlic", "onion"),
    ("salad", "leaf"),
    ("spinach", "leaf"),
    ("sauerkraut", "leaf"),
    ("coleslaw", "leaf"),
    ("artichoke", "leaf"),
    ("vegetable", "broccoli"),
    ("broccoli", "broccoli"),
    ("yogurt", "berries"),
    ("jam", "berries"),
    ("jelly", "berries"),
    ("cranberry", "berries"),
    ("fruit", "berries"),
    ("blended", "berries"),
    ("gelatin", "berries"),
    ("peanut", "nut"),
    ("nut", "nut"),
    ("almond", "nut"),
    ("pecan", "nut"),
    ("pistachio", "nut"),
    ("snack mix", "nut"),
    ("pain", "cross"),
];

/// The rest of the labels, by what kind of thing it is.
const LABELS_OF_KINDS: [(&str, &str); 39] = [
    ("cold ", "cross"),
    ("antacid", "cross"),
    ("cough", "cross"),
    ("multivitamin", "cross"),
    ("wheat", "wheat"),
    ("flour", "wheat"),
    ("bread", "wheat"),
    ("biscuit", "wheat"),
    ("cracker", "wheat"),
    ("crouton", "wheat"),
    ("pancake", "wheat"),
    ("pretzel", "wheat"),
    ("granola", "wheat"),
    ("toaster", "wheat"),
    ("crescent", "wheat"),
    ("frozen waffles", "wheat"),
    ("milk", "drop"),
    ("cream", "drop"),
    ("buttermilk", "drop"),
    ("eggnog", "drop"),
    ("margarine", "drop"),
    ("water", "drop"),
    ("oil", "drop"),
    ("honey", "drop"),
    ("ice", "drop"),
    ("bleach", "drop"),
    ("soy", "drop"),
    ("juice", "berries"),
    ("soap", "petal"),
    ("fabric", "petal"),
    ("freshener", "petal"),
    ("laundry", "sparkle"),
    ("dish", "sparkle"),
    ("clean", "sparkle"),
    ("drink", "sparkle"),
    ("foil", "tableware"),
    ("wrap", "tableware"),
    ("napkin", "tableware"),
    ("cups", "tableware"),
];

/// What stands on a label that no word speaks for.
const PLAIN: &str = "spoon";

/// A drawing by name: a shape, and for packages what stands on the label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Picture {
    /// A symbol of `templates/pictures`.
    pub shape: &'static str,
    /// A symbol of the same folder, drawn small; nothing on what has no label.
    pub label: Option<&'static str>,
}

impl Picture {
    /// The drawing for a product of this name, where the catalog names `drawn`; `None` for a shape that is not drawn.
    pub fn of(title: &str, drawn: &str) -> Option<Self> {
        let words = format!(" {} ", title.to_lowercase());
        let says = |word: &str| words.contains(&format!(" {word}"));
        let finer = FINER.iter().find(|(from, word, _)| *from == drawn && says(word));
        let shape = match finer {
            Some((_, _, shape)) => shape,
            None => SHAPES.iter().find(|shape| **shape == drawn)?,
        };
        let label = LABELS.iter().chain(&LABELS_OF_KINDS).find(|(word, _)| says(word));
        let labelled = LABELLED.contains(shape);
        Some(Self {
            shape,
            label: labelled.then(|| label.map_or(PLAIN, |(_, label)| label)),
        })
    }

    /// Its name in `pictures.svg`.
    pub fn id(self) -> String {
        match self.label {
            Some(label) => format!("{}-{label}", self.shape),
            None => self.shape.to_owned(),
        }
    }
}

/// What the catalog may name.
const SHAPES: [&str; 55] = [
    "bottle",
    "can",
    "tin",
    "pack",
    "box",
    "bag",
    "jar",
    "jug",
    "carton",
    "tub",
    "cup",
    "tube",
    "canister",
    "shaker",
    "spray",
    "roll",
    "plate",
    "block",
    "candy",
    "cheese",
    "eggs",
    "bread",
    "bun",
    "bagel",
    "cookie",
    "cake",
    "donut",
    "pizza",
    "pasta",
    "tortilla",
    "fruit",
    "banana",
    "citrus",
    "berries",
    "grapes",
    "melon",
    "pineapple",
    "avocado",
    "tomato",
    "pepper",
    "root",
    "leaf",
    "carrot",
    "cucumber",
    "broccoli",
    "corn",
    "mushroom",
    "steak",
    "chicken",
    "ham",
    "bacon",
    "sausage",
    "fish",
    "icecream",
    "popsicle",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn id(title: &str, drawn: &str) -> String {
        Picture::of(title, drawn).unwrap().id()
    }

    #[test]
    fn a_package_says_what_is_in_it() {
        assert_eq!(id("Diced Tomatoes", "can"), "can-tomato");
        assert_eq!(id("Flavored Ground Coffee", "bag"), "bag-coffee");
        assert_eq!(id("Dry Cat Food", "bag"), "sack-paw");
        assert_eq!(id("Mystery", "jar"), "jar-spoon");
    }

    #[test]
    fn what_grows_is_drawn_as_it_is_called_and_has_no_label() {
        assert_eq!(id("Bartlett Pears", "fruit"), "pear");
        assert_eq!(id("Gala Apples", "fruit"), "fruit");
        assert_eq!(id("White Onions", "root"), "onion");
    }

    #[test]
    fn a_word_is_read_from_its_beginning() {
        assert_eq!(
            id("Chilled Salad Dressing", "bottle"),
            "flask-leaf",
            "chilled is not chili"
        );
        assert_eq!(Picture::of("Lamp", "lamp"), None);
    }

    #[test]
    fn every_drawing_that_a_product_can_have_is_drawn() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../templates/pictures");
        let drawn: String = std::fs::read_dir(folder)
            .unwrap()
            .map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap())
            .collect();
        let finer = FINER.iter().map(|(_, _, shape)| shape);
        let labels = LABELS.iter().chain(&LABELS_OF_KINDS).map(|(_, label)| label);
        for name in SHAPES
            .iter()
            .chain(finer)
            .chain(&LABELLED)
            .chain(labels)
            .chain([&PLAIN])
        {
            assert!(drawn.contains(&format!("symbol id=\"{name}\"")), "{name}");
        }
    }
}
