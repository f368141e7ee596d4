//! Enums whose variants have names in files, results and documents: declared once, with everything by name.

/// Declares an enum of which every variant has a name: `Variant => "name"`.
///
/// Gives `ALL` (in the order of declaration), `name()`, `from_name()`, the name as a [`Value`](crate::Value), and with the
/// feature `contract` a schema; what stands before the enum, derives too, is
/// handed on to it.
macro_rules! named_enum {
    (
        $(#[$attribute:meta])*
        $visibility:vis enum $enum:ident {
            $($(#[$variant_attribute:meta])* $variant:ident $(= $number:literal)? => $name:literal,)+
        }
    ) => {
        #[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
        $(#[$attribute])*
        $visibility enum $enum {
            $(
                #[cfg_attr(feature = "contract", schemars(rename = $name))]
                $(#[$variant_attribute])*
                $variant $(= $number)?,
            )+
        }

        impl From<$enum> for $crate::Value {
            fn from(word: $enum) -> Self {
                Self::Word(word.name())
            }
        }

        impl $enum {
            /// Every variant, in the order of declaration.
            pub const ALL: [Self; [$($name),+].len()] = [$(Self::$variant),+];

            /// Returns the name in results, files and documents.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }

            /// Returns the variant of that name; `None` for any other text.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.into_iter().find(|variant| variant.name() == name)
            }
        }
    };
}

pub(crate) use named_enum;
