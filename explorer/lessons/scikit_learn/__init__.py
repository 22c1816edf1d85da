"""The page scikit-learn: does our descent on the log loss find the model that scikit-learn finds?

comparison
    Our descent beside LogisticRegression: measures, sentences and the table.
minimum
    The minimum of the penalised log loss, from which distances are measured.
fitting
    scikit-learn's models fitted in a process of their own, which can be stopped.
other_models
    The table of scikit-learn's other models.
"""
